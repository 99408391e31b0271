import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLog } from '../log.ts'
import { lockDirectory } from './lock.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { giveSigns, givesSigns } from './sign-of-life.ts'

const log = createLog('test', 'silent')
const rhythm = { every: 20, patience: 400 }
const gone: ProcessIdentity = { pid: process.pid, started: 'another time' }

test('a free directory is taken and left without a trace', async t => {
  const directory = aDirectory(t)
  const lock = await lockDirectory(directory, log)
  assert.equal(ownerOf(directory), process.pid)
  lock.release()
  assert.equal(existsSync(join(directory, 'podpipe.lock')), false)
})

test('the directory of a live process is refused, naming directory, process and what to do', async t => {
  const directory = aDirectory(t)
  const other = await aProcess(t)
  write(directory, { host: hostname(), owner: identityOf(other) })
  await assert.rejects(lockDirectory(directory, log), (error: Error) => {
    assert.equal(error.name, 'ConfigurationError')
    for (const part of [directory, `process ${other.pid}`, 'Stop process', 'directory of its own']) {
      assert.ok(error.message.includes(part), `"${part}" is missing in: ${error.message}`)
    }
    return true
  })
})

test('the directory of a process elsewhere that gives signs of life is refused, naming both', async t => {
  const directory = aDirectory(t)
  for (const found of [
    { host: 'f3a1b7c2d4e5', owner: { pid: 7, started: 'then' } },
    // Two containers with one name, as on the host's network.
    { host: hostname(), counted: 'pid:[1]', owner: { pid: 7, started: 'then' } },
  ]) {
    write(directory, found)
    const file = join(directory, 'podpipe.lock')
    const endSigns = giveSigns(file, () => true, rhythm)
    t.after(endSigns)
    await assert.rejects(lockDirectory(directory, log, rhythm), (error: Error) => {
      assert.equal(error.name, 'ConfigurationError')
      for (const part of [directory, `process 7 on ${found.host}`, `docker stop ${found.host}`]) {
        assert.ok(error.message.includes(part), `"${part}" is missing in: ${error.message}`)
      }
      return true
    })
    endSigns()
    assert.deepEqual(read(directory), found, 'the record of the owner was touched')
  }
})

test('an owner gives signs of life until it lets go, and not in the name of whoever has taken over', async t => {
  const directory = aDirectory(t)
  const file = join(directory, 'podpipe.lock')
  const lock = await lockDirectory(directory, log, rhythm)
  assert.equal(await givesSigns(file, rhythm), true)
  write(directory, { host: 'elsewhere', owner: { pid: 1, started: 'then' } })
  assert.equal(await givesSigns(file, rhythm), false)
  lock.release()
})

for (const [name, content] of [
  ['of a dead process', JSON.stringify({ host: hostname(), owner: gone })],
  ['of another host', JSON.stringify({ host: 'elsewhere', owner: identify(process.pid) })],
  [
    'of another container of this name',
    JSON.stringify({ host: hostname(), counted: 'pid:[1]', owner: identify(process.pid) }),
  ],
  ['that is empty', ''],
  ['that is no JSON', '{"host":'],
  ['that names nobody', '{}'],
] as const) {
  test(`a lock ${name} is taken over`, async t => {
    const directory = aDirectory(t)
    writeFileSync(join(directory, 'podpipe.lock'), content)
    const lock = await lockDirectory(directory, log, rhythm)
    assert.equal(ownerOf(directory), process.pid)
    lock.release()
  })
}

test('the broker that a dead owner has left is stopped', async t => {
  const directory = aDirectory(t)
  const orphan = await aProcess(t)
  write(directory, { host: hostname(), owner: gone, broker: identityOf(orphan) })
  const ended = once(orphan, 'exit')
  await lockDirectory(directory, log)
  assert.deepEqual(await ended, [null, 'SIGTERM'])
})

test('a process that only got the id of the old broker is left alone', async t => {
  const directory = aDirectory(t)
  const stranger = identityOf(await aProcess(t))
  write(directory, { host: hostname(), owner: gone, broker: { ...stranger, started: 'another time' } })
  await lockDirectory(directory, log)
  assert.equal(isAlive(stranger), true)
})

test('the broker is noted, so that a successor can find it', async t => {
  const directory = aDirectory(t)
  const broker = await aProcess(t)
  const lock = await lockDirectory(directory, log)
  lock.recordBroker(broker.pid)
  assert.deepEqual(read(directory).broker, identityOf(broker))
})

test('releasing leaves a lock alone that somebody else has taken since', async t => {
  const directory = aDirectory(t)
  const lock = await lockDirectory(directory, log)
  write(directory, { host: 'elsewhere', owner: { pid: 1, started: 'then' } })
  lock.release()
  assert.equal(ownerOf(directory), 1)
})

test('a process that has ended is not alive', async t => {
  const child = await aProcess(t)
  const identity = identityOf(child)
  assert.equal(isAlive(identity), true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(isAlive(identity), false)
})

interface Record {
  readonly host: string
  readonly counted?: string
  readonly owner: ProcessIdentity
  readonly broker?: ProcessIdentity
}

function aDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'podpipe-lock-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A process that does nothing until it is told to end. */
async function aProcess(t: TestContext): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}

function identityOf({ pid }: ChildProcess): ProcessIdentity {
  const identity = pid === undefined ? undefined : identify(pid)
  assert.ok(identity, 'the process must be alive')
  return identity
}

const write = (directory: string, record: Record) =>
  writeFileSync(join(directory, 'podpipe.lock'), JSON.stringify(record))

const read = (directory: string): Record => JSON.parse(readFileSync(join(directory, 'podpipe.lock'), 'utf8'))

const ownerOf = (directory: string): number => read(directory).owner.pid
