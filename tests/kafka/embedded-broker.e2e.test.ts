// The embedded broker, for real: Java, jars, processes that are killed.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import {
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
  startEmbeddedBroker,
} from '@podpipe/runtime/broker/embedded.ts'
import { cacheRoot } from '@podpipe/runtime/broker/jars.ts'
import { identify, isAlive } from '@podpipe/runtime/broker/process-identity.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { Kafka, logLevel } from 'kafkajs'
import { atEnd } from '../kit/at-end.ts'
import { until } from '../kit/eventually.ts'

const log = createLog('test', 'silent')

test('what was written before a stop is there after the next start', async t => {
  const directory = aDirectory(t, 'name with a comma, and ümlaut')
  const first = await start(t, { directory })
  await write(first.brokers, ['one', 'two'])
  await first.stop()
  assert.equal(alive(first.pid), false)

  const second = await start(t, { directory })
  assert.deepEqual(await readAll(second.brokers), ['one', 'two'])
  await second.stop()
})

test('a broker that is killed comes back on the same port with its data, and both are told', async t => {
  const told: string[] = []
  const up = Promise.withResolvers<void>()
  const broker = await start(t, {
    directory: aDirectory(t),
    onDown: reason => void told.push(reason),
    onUp: up.resolve,
  })
  const { brokers, pid } = broker
  await write(brokers, ['one'])
  broker.kill()
  await up.promise
  assert.match(told[0] ?? '', /ended by SIGKILL/)
  assert.notEqual(broker.pid, pid)
  assert.deepEqual(broker.brokers, brokers)
  assert.deepEqual(await readAll(brokers), ['one'])
  assert.deepEqual({ ...broker.health(), reason: '' }, { state: 'up', restarts: 1, reason: '' })
})

test('a restart keeps the port and the data', async t => {
  const broker = await start(t, { directory: aDirectory(t) })
  await write(broker.brokers, ['one'])
  await broker.restart()
  assert.deepEqual(await readAll(broker.brokers), ['one'])
})

test('a second podpipe on the same directory is refused, and the first goes on', async t => {
  const directory = aDirectory(t)
  const owner = await anOwner(t, directory)
  const refusal = {
    name: 'ConfigurationError',
    message: new RegExp(`${directory}.+process ${owner.child.pid}`),
  }
  await assert.rejects(start(t, { directory }), refusal)
  assert.equal(alive(owner.broker), true)
  owner.child.kill('SIGTERM')
  await once(owner.child, 'exit')
  assert.equal(alive(owner.broker), false)
})

test('the broker of a podpipe that was killed is stopped by the next start, and its data found', async t => {
  const directory = aDirectory(t)
  const owner = await anOwner(t, directory)
  const orphan = identify(owner.broker)
  assert.ok(orphan)
  await write(owner.brokers, ['one'])
  owner.child.kill('SIGKILL')
  await once(owner.child, 'exit')
  assert.equal(
    isAlive(orphan),
    true,
    'the broker must have survived its owner for this test to mean anything',
  )

  const next = await start(t, { directory })
  assert.equal(isAlive(orphan), false)
  assert.deepEqual(await readAll(next.brokers), ['one'])
})

test('a podpipe that ends without an ordered stop takes its broker with it', async t => {
  const owner = await anOwner(t, aDirectory(t))
  owner.child.kill('SIGUSR2')
  await once(owner.child, 'exit')
  // The owner could not wait: it sends SIGKILL with its last breath, and a process with a large memory takes
  // a while to be gone.
  await until('the broker is gone', () => !alive(owner.broker))
})

test('a start that is aborted leaves no process and frees the directory', async t => {
  const directory = aDirectory(t)
  const stop = new AbortController()
  const starting = start(t, { directory, signal: stop.signal })
  const formatted = setInterval(() => {
    if (existsSync(join(directory, 'data', 'meta.properties'))) stop.abort(new Error('enough'))
  }, 5)
  atEnd(t, () => clearInterval(formatted))
  await assert.rejects(starting, /enough/)
  assert.equal(existsSync(join(directory, 'podpipe.lock')), false)
  await (await start(t, { directory })).stop()
})

test('without Java and Maven the three ways out are named and nothing is written', async t => {
  const directory = join(aDirectory(t), 'kafka')
  const env = { PATH: '/nowhere', PODPIPE_CACHE: aDirectory(t) }
  const waysOut =
    /Java is missing[\s\S]+Maven is[\s\S]+1\. Install[\s\S]+2\. Use Docker[\s\S]+3\. Name a running Kafka/
  await assert.rejects(start(t, { directory, env }), { name: 'ConfigurationError', message: waysOut })
  assert.equal(existsSync(directory), false)
  assert.deepEqual(readdirSync(env.PODPIPE_CACHE), [])
})

for (const heap of ['512', 'half', '0m']) {
  test(`a heap of "${heap}" is refused`, async t => {
    await assert.rejects(start(t, { directory: aDirectory(t), heap }), { name: 'ConfigurationError' })
  })
}

async function start(t: TestContext, options: Omit<EmbeddedBrokerOptions, 'log'>): Promise<EmbeddedBroker> {
  const broker = await startEmbeddedBroker({ log, heap: '128m', profile: 'test', ...options })
  atEnd(t, () => broker.stop())
  return broker
}

function aDirectory(t: TestContext, name = 'kafka'): string {
  mkdirSync(cacheRoot(process.env), { recursive: true })
  const parent = mkdtempSync(join(cacheRoot(process.env), 'embedded-broker-'))
  atEnd(t, () => rmSync(parent, { recursive: true, force: true }))
  const directory = join(parent, name)
  mkdirSync(directory)
  return directory
}

interface Owner {
  readonly child: ChildProcess
  readonly brokers: string[]
  /** Process id of its broker. */
  readonly broker: number
}

/** Another process with a broker of its own on this directory. */
async function anOwner(t: TestContext, directory: string): Promise<Owner> {
  const program = join(import.meta.dirname, '..', 'kit', 'brokers', 'embedded-owner.ts')
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  atEnd(t, () => child.kill('SIGTERM'))
  for await (const line of createInterface({ input: child.stdout })) {
    const { brokers, pid }: { brokers: string[]; pid: number } = JSON.parse(line)
    return { child, brokers, broker: pid }
  }
  throw new Error('The owner of the broker ended before its broker was up.')
}

const alive = (pid: number | undefined): boolean => pid !== undefined && identify(pid) !== undefined

const client = (brokers: readonly string[]) =>
  new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  })

/** Makes the topic with one partition and writes the values in one request. */
async function write(brokers: readonly string[], values: readonly string[]): Promise<void> {
  const kafka = client(brokers)
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'things', numPartitions: 1 }] })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'things', acks: -1, messages: values.map(value => ({ value })) })
  await producer.disconnect()
}

/** Everything in the topic, up to its present end. */
async function readAll(brokers: readonly string[]): Promise<string[]> {
  const kafka = client(brokers)
  const admin = kafka.admin()
  await admin.connect()
  const end = Number((await admin.fetchTopicOffsets('things'))[0]?.high)
  await admin.disconnect()
  const consumer = kafka.consumer({ groupId: 'reader' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'things', fromBeginning: true })
  const values: string[] = []
  await new Promise<void>(resolve => {
    consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value))
        if (Number(message.offset) === end - 1) resolve()
      },
    })
  })
  await consumer.disconnect()
  return values
}
