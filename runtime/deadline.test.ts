import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { DeadlineError, within } from './deadline.ts'

test('what answers in time is passed on', async () => {
  equal(await within(60_000, 'it', Promise.resolve(7)), 7)
})

test('what fails in time is passed on as well', async () => {
  await rejects(within(60_000, 'it', Promise.reject(new Error('broken'))), /broken/)
})

test('what never answers ends with a DeadlineError, and a late failure is no surprise', async () => {
  const never = Promise.withResolvers<void>()
  await rejects(
    within(1, 'the broker', never.promise),
    error => error instanceof DeadlineError && /the broker has not answered/.test(error.message),
  )
  never.reject(new Error('too late'))
})
