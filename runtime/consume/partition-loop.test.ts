// The loop over one partition with everything around it made by hand: in which order things happen, and what
// becomes of what was on its way when something fails or the loop is stopped.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createReader, type InternalReader } from '../kafka/read/reader.ts'
import type { KafkaRecord } from '../kafka/read/record.ts'
import { createLog } from '../log.ts'
import { forward } from '../outcome.ts'
import { startPartitionLoop } from './partition-loop.ts'
import type { Work } from './work.ts'

const partition = { topic: 't', partition: 0 }

const recordAt = (offset: number): KafkaRecord => ({
  ...partition,
  offset,
  timestamp: 0,
  key: null,
  value: Buffer.from('x'),
})

interface Options {
  inFlight?: number
  inFlightRecords?: number
  after?: Promise<unknown>
  decide?: Work<number>['decide']
  remember?: () => void
  /** Whether a batch that begins at this offset is taken over; by default all are. */
  deliver?: (offset: number) => Promise<void>
  open?: () => Promise<void>
}

/** A loop that notes what happens; the test hands out records and confirmations. */
function start(options: Options = {}) {
  const { inFlight = 1, inFlightRecords = 0, after, decide, remember, deliver, open } = options
  const events: string[] = []
  const readers: InternalReader[] = []
  const confirmations = new Map<number, PromiseWithResolvers<void>>()
  const giveUp = new AbortController()
  let committed = 0
  let moved = Promise.withResolvers<void>()

  const note = (event: string): void => {
    events.push(event)
    moved.resolve()
    moved = Promise.withResolvers()
  }

  const loop = startPartitionLoop<number>({
    partition,
    after,
    fetcher: {
      open(place, from) {
        const reader = createReader(
          place,
          from,
          () => undefined,
          () => undefined,
        )
        readers.push(reader)
        note(`read from ${from}`)
        return reader
      },
    },
    async open() {
      await open?.()
      return {
        from: committed,
        inFlight,
        inFlightRecords,
        decide: decide ?? (record => forward(record.offset)),
        async deliver({ decided, nextOffset }) {
          const first = decided[0]?.record.offset ?? nextOffset
          await deliver?.(first)
          note(`deliver ${first}`)
          const confirmation = Promise.withResolvers<void>()
          confirmations.set(first, confirmation)
          return { confirmed: confirmation.promise }
        },
        remember(nextOffset) {
          note(`remember ${nextOffset}`)
          remember?.()
        },
        async close() {
          note('close')
        },
      }
    },
    limits: { maxRecords: 1, wait: 0 },
    commit: (_, offset) => {
      committed = offset
      note(`commit ${offset}`)
    },
    observer: {
      onDelivered:
        (_, { nextOffset }) =>
        () =>
          note(`done ${nextOffset}`),
      onWorking: () => undefined,
      onGone: () => note('gone'),
    },
    log: createLog('test', 'silent'),
    signal: giveUp.signal,
  })

  return {
    loop,
    events,
    giveUp: () => giveUp.abort(),
    /** Hands records to the newest reader. */
    bring(...offsets: number[]) {
      const last = offsets.at(-1) ?? 0
      readers.at(-1)?.push({ records: offsets.map(recordAt), nextOffset: last + 1, end: 100, bytes: 0 })
    },
    /** Moves the newest reader on without a record, as a transaction's marker does. */
    skip: (nextOffset: number) => readers.at(-1)?.push({ records: [], nextOffset, end: 100, bytes: 0 }),
    confirm: (offset: number) => confirmations.get(offset)?.resolve(),
    refuse: (offset: number, why: Error) => confirmations.get(offset)?.reject(why),
    async seen(event: string, times = 1) {
      while (events.filter(each => each === event).length < times) await moved.promise
    },
  }
}

/** Lets everything happen that needs no I/O. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}

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
