import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverProperties } from './properties.ts'

const lines = serverProperties({ port: 20_001, controllerPort: 20_002 }).trimEnd().split('\n')
const properties = new Map(
  lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
)

for (const [behaviour, name, expected] of [
  ['is broker and controller in one', 'process.roles', 'broker,controller'],
  [
    'serves the loopback interface only',
    'listeners',
    'PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002',
  ],
  ['is found where it listens', 'advertised.listeners', 'PLAINTEXT://127.0.0.1:20001'],
  ['votes for itself', 'controller.quorum.voters', '1@127.0.0.1:20002'],
  ['keeps its data beside its properties', 'log.dirs', 'data'],
  ['takes a frame of 16 MiB', 'message.max.bytes', '16777216'],
  ['can hand out what it takes', 'replica.fetch.max.bytes', '16777216'],
  ['accepts writes with its only copy', 'min.insync.replicas', '1'],
  ['keeps transactions in its only copy', 'transaction.state.log.min.isr', '1'],
  ['keeps group offsets for a week', 'offsets.retention.minutes', '10080'],
  ['makes no topic by mistake', 'auto.create.topics.enable', 'false'],
  ['compacts with a small buffer', 'log.cleaner.dedupe.buffer.size', '4194304'],
] as const) {
  test(`the embedded broker ${behaviour}`, () => assert.equal(properties.get(name), expected))
}

test('the cleaner of compacted topics stays on', () => {
  assert.equal(properties.has('log.cleaner.enable'), false)
})

test('every property is written once, one a line', () => {
  assert.equal(properties.size, lines.length)
  for (const line of lines) assert.match(line, /^[a-z.]+=[\w.,:/@-]+$/)
})
