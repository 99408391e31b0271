import { equal, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { LostEndError } from './ends.ts'
import { watchLastEnd } from './last-end.ts'

const quiet = 5_000

/** A watch over ends that answer one after the other, the last one for ever, on a clock that the test moves. */
function watched(t: TestContext, ...answers: readonly (Error | undefined)[]) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const left = [...answers]
  let asked = 0
  const last = watchLastEnd(
    {
      async stable() {
        asked++
        const answer = left.length > 1 ? left.shift() : left[0]
        if (answer) throw answer
        return []
      },
    },
    quiet,
  )
  t.after(() => last.close())
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms)
    await turn()
  }
  return { last, pass, asked: () => asked }
}

test('the end of a transaction that none follows is looked for once', async t => {
  const { last, pass, asked } = watched(t, undefined)
  last.committed()
  await pass(quiet - 1)
  equal(asked(), 0)
  await pass(1)
  await pass(10 * quiet)
  equal(asked(), 1)
})

test('while one follows the other nobody looks', async t => {
  const { last, pass, asked } = watched(t, undefined)
  for (let count = 0; count < 10; count++) {
    last.committed()
    await pass(quiet - 1)
  }
  equal(asked(), 0)
})

test('a marker that does not come is told', async t => {
  const { last, pass } = watched(t, new LostEndError('lost'))
  last.committed()
  await pass(quiet)
  await rejects(last.lost, /lost/)
})

test('a Kafka that is away says nothing of the marker, and is asked again', async t => {
  const away = new Error('no leader')
  const { last, pass, asked } = watched(t, away, away, new LostEndError('lost'))
  last.committed()
  await pass(quiet)
  await pass(quiet)
  equal(asked(), 2)
  await pass(quiet)
  await rejects(last.lost, /lost/)
})

test('a partition that is given up is not looked at any more', async t => {
  const { last, pass, asked } = watched(t, new Error('no leader'))
  last.committed()
  await pass(quiet)
  last.close()
  await pass(10 * quiet)
  equal(asked(), 1)
})
