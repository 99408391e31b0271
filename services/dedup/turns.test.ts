import { deepEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

const later = () => new Promise(resolve => setImmediate(resolve))

test('work is done one after the other, in the order in which it came', async () => {
  const turns = createTurns()
  const events: string[] = []
  await Promise.all(
    ['a', 'b', 'c'].map(name =>
      turns(async () => {
        events.push(`${name} begins`)
        await later()
        events.push(`${name} ends`)
      }),
    ),
  )
  deepEqual(events, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('work that fails is told to whoever asked for it, and the next one has its turn', async () => {
  const turns = createTurns()
  const failing = turns(async () => {
    throw new Error('no leader')
  })
  const next = turns(async () => 'done')
  await rejects(failing, /no leader/)
  deepEqual(await next, 'done')
})

test('work that hangs holds the others up for a while only', async () => {
  const turns = createTurns(1)
  const hanging = Promise.withResolvers<void>()
  const first = turns(() => hanging.promise)
  deepEqual(await turns(async () => 'second'), 'second')
  deepEqual(await turns(async () => 'third'), 'third')
  hanging.resolve()
  await first
})
