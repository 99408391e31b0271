import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { allEnded } from './all-ended.ts'

test('values come in the order of the list', async () => {
  deepEqual(await allEnded([Promise.resolve(1), Promise.resolve(2)]), [1, 2])
})

test('a failure is told when the others have ended as well, and the first of the list goes before', async () => {
  const late = Promise.withResolvers<void>()
  let told = false
  const all = allEnded([late.promise, Promise.reject(new Error('second'))])
  all.catch(() => {
    told = true
  })
  await new Promise(resolve => setImmediate(resolve))
  equal(told, false)
  late.reject(new Error('first'))
  await rejects(all, /first/)
})
