import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { eventTypes } from '../events/events.ts'
import { readReplay } from './replay.ts'

async function fileOf(t: TestContext, lines: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'podpipe-replay-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'events.ndjson')
  await writeFile(file, lines.join('\n'))
  return file
}

for (const [line, type, kind] of [
  ['{"guid":"g","audit":{}}', 'audit', 'event'],
  ['{"id":"i","sm":{},"data":"x"}', 'maillog', 'event'],
  ['{"id":"i","pps":{},"data":"x"}', 'maillog', 'event'],
  ['{"guid":"g","pps":{},"msg":{}}', 'message', 'event'],
  ['{"sm":{}}', 'maillog', 'noId'],
  ['{"guid":7}', 'message', 'noId'],
  ['{"guid":', 'message', 'junk'],
  ['[1]', 'message', 'junk'],
] as const) {
  test(`the line ${line} is replayed as ${type}, kind ${kind}`, async t => {
    const sources = await readReplay(await fileOf(t, [line]), 0)
    for (const each of eventTypes) assert.equal(sources[each].length, each === type ? 1 : 0)
    assert.deepEqual(sources[type].frame(0), { bytes: Buffer.from(line), kind, binary: false })
  })
}

test('every line is one frame, an empty one too, and a last line feed adds none', async t => {
  const { message } = await readReplay(await fileOf(t, ['{"guid":"a"}', '', '{"guid":"b"}', '']), 0)
  const lines = [0, 1, 2].map(slot => message.frame(slot).bytes.toString())
  assert.deepEqual([message.length, ...lines], [3, '{"guid":"a"}', '', '{"guid":"b"}'])
})

test('all lines go to the type that was asked for', async t => {
  const { maillog } = await readReplay(await fileOf(t, ['{"guid":"a","audit":{}}', 'x']), 0, 'maillog')
  assert.equal(maillog.length, 2)
})

test('a line takes its own time, and never an earlier one than the line before', async t => {
  const file = await fileOf(t, ['{"ts":"2026-01-01T00:00:01Z"}', '{"ts":"2026-01-01T00:00:00Z"}', 'x', '{}'])
  const { message } = await readReplay(file, 5)
  const second = Date.UTC(2026, 0, 1, 0, 0, 1)
  assert.deepEqual([0, 1, 2, 3].map(message.timeOf), [second, second, second, second])
})
