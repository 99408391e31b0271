import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { CommanderError } from 'commander'
import { simulateCommand } from './simulate.ts'

async function folder(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'podpipe-simulate-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Starts a simulator as a program; gives the facts that it prints first. */
async function start(t: TestContext, ...options: string[]) {
  const source = `import { simulateCommand } from ${JSON.stringify(join(import.meta.dirname, 'simulate.ts'))}
    await simulateCommand().parseAsync(process.argv.slice(1), { from: 'user' })`
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      source,
      '--',
      ...options,
      '--port',
      '0',
      '--control-port',
      '0',
      '-o',
      'json',
    ],
    { cwd: await folder(t), stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Record<string, string>> => JSON.parse((await lines.next()).value ?? 'null')
  return { child, next, facts: await next() }
}

/** Stops a program and gives its exit code. */
async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  const exited = once(child, 'exit')
  child.kill(signal)
  return (await exited)[0]
}

for (const [name, signal] of [
  ['proofpoint', 'SIGTERM'],
  ['devo', 'SIGINT'],
] as const) {
  test(`simulate ${name} tells how to reach it, obeys its control port, and ends with 0 on ${signal}`, async t => {
    const { child, next, facts } = await start(t, name)
    assert.equal(facts.what, 'listening')
    assert.ok(existsSync(facts[name === 'devo' ? 'key' : 'extra_ca_certs'] ?? ''))
    const response = await fetch(`${facts.control}/stats`)
    assert.equal(response.status, 200)
    assert.equal(await stop(child, signal), 0)
    assert.equal((await next()).what, 'stopped')
  })
}

test('both programs share the certificates of a folder', async t => {
  const certs = join(await folder(t), 'certs')
  const proofpoint = await start(t, 'proofpoint', '--certs', certs)
  const devo = await start(t, 'devo', '--certs', certs)
  assert.equal(proofpoint.facts.extra_ca_certs, devo.facts.chain)
  for (const { child } of [proofpoint, devo]) assert.equal(await stop(child, 'SIGTERM'), 0)
})

/** Runs the command in this process until it fails. */
async function fail(...options: string[]): Promise<unknown> {
  const command = simulateCommand()
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  }
  return command.parseAsync(options, { from: 'user' }).then(
    () => assert.fail('it did not fail'),
    error => error,
  )
}

test('a port in use is a fault of configuration, said in one sentence', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const certs = await folder(t)
  for (const options of [
    ['proofpoint', '--port', port, '--certs', certs],
    ['devo', '--port', port, '--certs', certs],
    ['devo', '--port', '0', '--control-port', port, '--certs', certs],
  ]) {
    const error = await fail(...options)
    assert.ok(error instanceof ConfigurationError)
    assert.match(error.message, new RegExp(`port ${port} is in use at 127.0.0.1`))
  }
})

test('an events file that cannot be read is a fault of configuration', async t => {
  const certs = await folder(t)
  const error = await fail(
    'proofpoint',
    '--port',
    '0',
    '--certs',
    certs,
    '--events-file',
    join(certs, 'none'),
  )
  assert.ok(error instanceof ConfigurationError)
  assert.match(error.message, /--events-file .*none cannot be read: ENOENT/)
})

test('a folder with certificates of another domain is a fault of configuration', async t => {
  const certs = await folder(t)
  await writeFile(join(certs, 'chain.crt'), '')
  const error = await fail('devo', '--port', '0', '--certs', certs, '--domain', 'acme')
  assert.ok(error instanceof ConfigurationError)
  assert.match(error.message, /domain acme cannot be read or made: ENOENT/)
})

test('shares that add up to more than one are a fault of configuration', async () => {
  const error = await fail('proofpoint', '--duplicates', '0.8', '--junk', '0.3')
  assert.ok(error instanceof ConfigurationError)
  assert.match(error.message, /add up to 1\.1/)
})

for (const [option, value, reason] of [
  ['--port', '70000', /0 to 65535/],
  ['--events', 'many', /whole number/],
  ['--events', 'mail=5', /"mail=5" does not fit/],
  ['--duplicates', '10%', /from 0 to 1/],
  ['--junk', '', /from 0 to 1/],
] as const) {
  test(`${option} "${value}" is refused with the reason`, async () => {
    const error = await fail('proofpoint', option, value)
    assert.ok(error instanceof CommanderError)
    assert.match(error.message, reason)
    assert.match(error.message, new RegExp(option))
  })
}

test('every subcommand shows an example in its help', async () => {
  for (const command of simulateCommand().commands) {
    let help = ''
    command
      .configureOutput({
        writeOut: chunk => {
          help += chunk
        },
      })
      .outputHelp()
    assert.match(help, new RegExp(`Example:\n {2}podpipe simulate ${command.name()} --`))
  }
})
