// The demo as a script uses it: one JSON object as the last line, nothing left behind whatever happens.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startDemo } from '../kit/chains/demo-process.ts'
import { testDirectory } from '../kit/directory.ts'
import { until } from '../kit/eventually.ts'

test('the demo prints its accounting as JSON and leaves nothing behind', async t => {
  const { done, left } = startDemo(t, ['--events', '2000', '--json'])
  const { out, err, code } = await done
  equal(code, 0, err)
  const result = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  deepEqual(Object.keys(result), [
    'received',
    'unique',
    'duplicate',
    'rejected',
    'delivered',
    'lost',
    'changed',
    'doubled',
    'seconds',
  ])
  equal(result.received, 2_000)
  equal(result.received, result.unique + result.duplicate + result.rejected)
  deepEqual([result.delivered, result.lost, result.changed, result.doubled], [result.unique, 0, 0, 0])
  ok(result.seconds.start < result.seconds.first_delivered)
  ok(result.seconds.first_delivered <= result.seconds.total)
  deepEqual(left(), [])
})

test('the demo sends the lines of a file', async t => {
  const directory = testDirectory(t)
  await mkdir(directory)
  const file = join(directory, 'events.ndjson')
  const event = '{"guid":"one","ts":"2024-05-22T12:10:03.058340-0700"}'
  await writeFile(file, `${event}\n${event}\n{"id":"two","sm":{},"data":"x"}\nno json\n`)
  const { out, err, code } = await startDemo(t, ['--events-file', file, '--json']).done
  equal(code, 0, err)
  const { seconds: _, ...result } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  deepEqual(result, {
    received: 4,
    unique: 2,
    duplicate: 1,
    rejected: 1,
    delivered: 2,
    lost: 0,
    changed: 0,
    doubled: 0,
  })
})

for (const [name, ready] of [
  ['while Kafka starts', (err: string) => err.includes('Starting Kafka')],
  ['while events flow', (err: string) => /Devo has +[1-9]/.test(err)],
] as const) {
  test(`SIGTERM ${name} leaves nothing running and nothing on disk`, async t => {
    const { child, done, said, left } = startDemo(t, ['--events', '200000'])
    await until(name, () => ready(said()))
    child.kill('SIGTERM')
    const { code } = await done
    equal(code, 130)
    deepEqual(left(), [])
  })
}

test('a wrong flag of the demo is one sentence and exit code 78', async t => {
  const { err, code } = await startDemo(t, ['--evnts', '5']).done
  equal(code, 78)
  ok(err.includes("unknown option '--evnts'") && !err.includes('\n    at '), err)
})
