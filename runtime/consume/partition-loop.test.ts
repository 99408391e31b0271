// The loop over one partition with everything around it made by hand: in which order things happen, and what becomes of what
// was on its way when the loop is stopped.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { settle, start } from './test-loop.ts'

test('a batch is delivered, then remembered, then committed', async () => {
  const { loop, events, bring, confirm, seen } = start()
  await seen('read from 0')
  bring(0)
  await seen('deliver 0')
  await settle()
  deepEqual(events, ['read from 0', 'deliver 0'])
  confirm(0)
  await seen('done 1')
  loop.stop()
  await loop.done
  deepEqual(events, ['read from 0', 'deliver 0', 'remember 1', 'commit 1', 'done 1', 'close', 'gone'])
})

test('markers without records move the offset on', async () => {
  const { loop, skip, confirm, seen } = start()
  await seen('read from 0')
  skip(7)
  await seen('deliver 7')
  confirm(7)
  await seen('commit 7')
  loop.stop()
  await loop.done
})

test('confirmations out of order are remembered and committed in order', async () => {
  const { loop, events, bring, confirm, seen } = start({ inFlight: 3 })
  await seen('read from 0')
  bring(0, 1)
  await seen('deliver 1')
  confirm(1)
  await settle()
  equal(events.includes('commit 2'), false)
  confirm(0)
  await seen('commit 2')
  loop.stop()
  await loop.done
  deepEqual(
    events.filter(event => /remember|commit/.test(event)),
    ['remember 1', 'commit 1', 'remember 2', 'commit 2'],
  )
})

test('small batches may be more, until they hold as many records as the work allows', async () => {
  const { loop, events, bring, confirm, seen } = start({ inFlight: 2, inFlightRecords: 4 })
  await seen('read from 0')
  bring(0, 1, 2, 3, 4, 5)
  await seen('deliver 3')
  await settle()
  equal(events.includes('deliver 4'), false)
  // Behind one that is not confirmed none is done.
  confirm(1)
  await settle()
  equal(events.includes('deliver 4'), false)
  confirm(0)
  await seen('deliver 5')
  for (const offset of [2, 3, 4, 5]) confirm(offset)
  loop.stop()
  await loop.done
})

test('no more batches are on their way than the work allows', async () => {
  const { loop, events, bring, confirm, seen } = start({ inFlight: 2 })
  await seen('read from 0')
  bring(0, 1, 2)
  await seen('deliver 1')
  await settle()
  equal(events.includes('deliver 2'), false)
  confirm(0)
  await seen('deliver 2')
  confirm(1)
  confirm(2)
  loop.stop()
  await loop.done
})

test('a stop waits for what is on its way, and commits it', async () => {
  const { loop, events, bring, confirm, seen } = start({ inFlight: 2 })
  await seen('read from 0')
  bring(0)
  await seen('deliver 0')
  loop.stop()
  await settle()
  deepEqual(events, ['read from 0', 'deliver 0'])
  confirm(0)
  await loop.done
  deepEqual(events.slice(2), ['remember 1', 'commit 1', 'done 1', 'close', 'gone'])
})

test('a stop that gives up waits no longer, and commits nothing', async () => {
  const { loop, events, bring, giveUp, seen } = start({ inFlight: 2 })
  await seen('read from 0')
  bring(0)
  await seen('deliver 0')
  loop.stop()
  giveUp()
  await loop.done
  deepEqual(events.slice(2), ['close', 'gone'])
})

test('a loop that is stopped before its predecessor has ended never opens the work', async () => {
  const before = Promise.withResolvers<void>()
  const { loop, events } = start({ after: before.promise })
  loop.stop()
  before.resolve()
  await loop.done
  deepEqual(events, ['gone'])
})
