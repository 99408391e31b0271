// The loop over one partition when something fails: what can be tried again is, and a fault of the program ends it.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { type Options, settle, start } from './test-loop.ts'

test('a delivery that fails is read again from what is committed, after the work is closed', async () => {
  let failing = true
  const { loop, events, bring, confirm, seen } = start({
    deliver: async offset => {
      if (offset !== 1 || !failing) return
      failing = false
      throw new Error('Kafka is away')
    },
  })
  await seen('read from 0')
  bring(0, 1)
  await seen('deliver 0')
  confirm(0)
  await seen('read from 1')
  bring(1)
  await seen('deliver 1')
  confirm(1)
  await seen('commit 2')
  loop.stop()
  await loop.done
  deepEqual(events.slice(events.indexOf('done 1'), events.indexOf('deliver 1')), [
    'done 1',
    'close',
    'read from 1',
  ])
})

test('a confirmation that fails ends the waiting for records; nothing behind it is committed', async () => {
  const { loop, events, bring, confirm, refuse, seen } = start({ inFlight: 4 })
  await seen('read from 0')
  bring(0, 1)
  await seen('deliver 1')
  confirm(1)
  refuse(0, new Error('the peer is gone'))
  await seen('read from 0', 2)
  equal(events.filter(event => event.startsWith('commit')).length, 0)
  loop.stop()
  await loop.done
})

test('work that breaks while it waits for records is closed and opened again', async () => {
  const breaks = [Promise.withResolvers<never>(), Promise.withResolvers<never>()]
  let opened = 0
  const { loop, events, bring, confirm, seen } = start({
    broken: () => breaks[opened++]?.promise ?? new Promise(() => undefined),
  })
  await seen('read from 0')
  bring(0)
  await seen('deliver 0')
  confirm(0)
  await seen('commit 1')
  breaks[0]?.reject(new Error('its last transaction has no end'))
  await seen('read from 1')
  deepEqual(events.slice(events.indexOf('commit 1') + 2), ['close', 'read from 1'])
  loop.stop()
  await loop.done
})

test('work that cannot be opened is opened again', async () => {
  let attempts = 0
  const { loop, seen } = start({
    open: async () => {
      if (++attempts < 2) throw new Error('no leader')
    },
  })
  await seen('read from 0')
  equal(attempts, 2)
  loop.stop()
  await loop.done
})

test('work that cannot be opened does not keep a stopped loop alive', async () => {
  const opening = Promise.withResolvers<void>()
  const { loop, events } = start({ open: () => opening.promise })
  await settle()
  loop.stop()
  opening.reject(new Error('Kafka is away'))
  await loop.done
  deepEqual(events, ['gone'])
})

const mistake = (): never => {
  throw new TypeError('a mistake')
}

for (const [where, options] of [
  ['deciding', { decide: mistake }],
  ['delivering', { deliver: async () => mistake() }],
  ['remembering', { remember: mistake }],
] satisfies [string, Options][]) {
  test(`a fault of the program in ${where} ends the loop, and nothing is committed`, async () => {
    const { loop, events, bring, confirm, seen } = start(options)
    await seen('read from 0')
    bring(0)
    if (where === 'remembering') await seen('deliver 0')
    confirm(0)
    await rejects(loop.done, /a mistake/)
    equal(events.filter(event => event.startsWith('commit')).length, 0)
    deepEqual(events.slice(-2), ['close', 'gone'])
  })
}

test('a fault of the program is not taken for the stop that it meets', async () => {
  const delivering = Promise.withResolvers<void>()
  const { loop, bring, seen } = start({ deliver: () => delivering.promise })
  await seen('read from 0')
  bring(0)
  await settle()
  loop.stop()
  delivering.reject(new TypeError('a mistake'))
  await rejects(loop.done, /a mistake/)
})
