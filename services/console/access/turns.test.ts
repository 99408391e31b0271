import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

test('so many are done at once, so many wait, in order, and the next is told at once', async () => {
  const turns = createTurns(2, 1)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const take = (name: string) =>
    turns.take(async () => {
      begun.push(name)
      await new Promise<void>(resolve => ends.set(name, resolve))
    })
  const [a, b, c, d] = [take('a'), take('b'), take('c'), take('d')]
  equal(d, undefined)
  deepEqual(begun, ['a', 'b'])
  ends.get('a')?.()
  await a
  deepEqual(begun, ['a', 'b', 'c'])
  const e = take('e')
  equal(e !== undefined, true)
  equal(take('f'), undefined)
  for (const each of ['b', 'c']) ends.get(each)?.()
  await Promise.all([b, c])
  ends.get('e')?.()
  await e
})

test('work that fails hands its turn on', async () => {
  const turns = createTurns(1, 1)
  const first = turns.take(() => Promise.reject(new Error('no')))
  const second = turns.take(async () => 'done')
  equal(await first?.catch(() => 'failed'), 'failed')
  equal(await second, 'done')
})
