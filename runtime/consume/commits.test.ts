import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../log.ts'
import { createCommits } from './commits.ts'

const log = createLog('test', 'silent')
const one = { topic: 't', partition: 1 }
const two = { topic: 't', partition: 2 }

/** A group that answers when the test says so. */
function group() {
  const sent: { offsets: string; answer: PromiseWithResolvers<void> }[] = []
  const commits = createCommits(offsets => {
    const answer = Promise.withResolvers<void>()
    sent.push({ offsets: offsets.map(({ partition, offset }) => `${partition}@${offset}`).join(), answer })
    return answer.promise
  }, log)
  return { commits, sent, offsets: () => sent.map(({ offsets }) => offsets) }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('the newest offset of each partition is sent, once', async () => {
  const { commits, sent, offsets } = group()
  commits.note(one, 5)
  commits.note(two, 7)
  commits.note(one, 6)
  const flushed = commits.flush()
  await turn()
  sent[0]?.answer.resolve()
  await flushed
  await commits.flush()
  deepEqual(offsets(), ['1@6,2@7'])
})

test('what could not be sent is kept and sent again, with what came meanwhile', async () => {
  const { commits, sent, offsets } = group()
  commits.note(one, 5)
  commits.note(two, 7)
  const failed = commits.flush()
  await turn()
  commits.note(two, 8)
  sent[0]?.answer.reject(new Error('rebalance'))
  await failed
  const flushed = commits.flush()
  await turn()
  sent[1]?.answer.resolve()
  await flushed
  deepEqual(offsets(), ['1@5,2@7', '1@5,2@8'])
})

test('an offset noted while the one before is on its way is not forgotten by its success', async () => {
  const { commits, sent, offsets } = group()
  commits.note(one, 5)
  const first = commits.flush()
  await turn()
  commits.note(one, 6)
  sent[0]?.answer.resolve()
  await first
  const second = commits.flush()
  await turn()
  sent[1]?.answer.resolve()
  await second
  deepEqual(offsets(), ['1@5', '1@6'])
})

test('a partition that is no longer owned is not committed', async () => {
  const { commits, offsets } = group()
  commits.note(one, 5)
  commits.forget(one)
  await commits.flush()
  deepEqual(offsets(), [])
})

test('flushes do not pile up behind one that hangs: one waits, and takes along what is noted by then', async () => {
  const { commits, sent, offsets } = group()
  commits.note(one, 5)
  const hanging = commits.flush()
  await turn()
  const waiting = commits.flush()
  for (let tick = 0; tick < 1_000; tick++) equal(commits.flush(), waiting)
  commits.note(one, 9)
  sent[0]?.answer.reject(new Error('Kafka is down'))
  await hanging
  await turn()
  sent[1]?.answer.resolve()
  await waiting
  deepEqual(offsets(), ['1@5', '1@9'])
})

test('a note goes with its offset, the newest of both', async () => {
  const sent: string[] = []
  const commits = createCommits(async offsets => {
    sent.push(offsets.map(({ offset, note }) => `${offset} ${note}`).join())
  }, log)
  commits.note(one, 5, 'five')
  commits.note(one, 6, 'six')
  commits.note(two, 7)
  await commits.flush()
  deepEqual(sent, ['6 six,7 '])
})
