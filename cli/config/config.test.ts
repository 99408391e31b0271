import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createFolder, createPems, secret, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { configCommand } from './config.ts'

const pems = await createPems()
const program = fileURLToPath(new URL('../podpipe.js', import.meta.url))

/** What the command prints on standard output. */
async function printed(t: TestContext, ...args: string[]): Promise<string> {
  const write = t.mock.method(process.stdout, 'write', () => true)
  await configCommand().parseAsync(args, { from: 'user' })
  const text = write.mock.calls.map(call => String(call.arguments[0])).join('')
  write.mock.restore()
  return text
}

for (const [command, file] of [
  ['example', 'config.example.yaml'],
  ['schema', 'config.schema.json'],
] as const) {
  test(`config ${command} prints ${file}`, async t => {
    equal(await printed(t, command), readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
  })
}

test('config show prints what counts, for people and for programs, without the key', async t => {
  const file = createFolder(t, pems)
  const text = await printed(t, 'show', '--config', file)
  match(text, new RegExp(`\noutputs\\.devo_1\\.config\\.port +443 +${file}:14:13\n`))
  const json = await printed(t, 'show', '--config', file, '-o', 'json')
  const key = 'inputs.proofpoint_on_demand.credentials.api_key'
  deepEqual(
    JSON.parse(json).find((each: { key: string }) => each.key === key),
    { key, value: '(secret)', secret: true, from: `${file}:25:16` },
  )
  doesNotMatch(text + json, new RegExp(secret))
})

const mistaken = vendorFile.replace('message:', 'mesage:')
const key = 'inputs.proofpoint_on_demand.services.mesage'
const what = 'unknown service "mesage"'
const advice = 'known services: message, maillog, audit; did you mean "message"?'

function podpipe(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a fault is explained in two lines that begin with its place', t => {
  const file = createFolder(t, pems, mistaken)
  const stderr = `${file}:28:7 ${key}: ${what}\n    ${advice}\n`
  deepEqual(podpipe('validate', '--config', file), { status: 78, stdout: '', stderr })
})

for (const command of ['validate', 'run ingest']) {
  test(`${command} -o json explains a fault to programs`, t => {
    const file = createFolder(t, pems, mistaken)
    const { status, stdout, stderr } = podpipe(...command.split(' '), '--config', file, '-o', 'json')
    deepEqual([status, stderr], [78, ''])
    const [{ text, ...fault }] = JSON.parse(stdout).faults
    deepEqual(fault, { file, line: 28, column: 7, key, what, advice })
    equal(text, `${file}:28:7 ${key}: ${what}\n    ${advice}`)
  })
}
