// The loop over one partition with everything around it made by hand. Only tests import this file.

import { createReader, type InternalReader } from '../kafka/read/reader.ts'
import type { KafkaRecord } from '../kafka/read/record.ts'
import { createLog } from '../log.ts'
import { forward } from '../outcome.ts'
import { startPartitionLoop } from './partition-loop.ts'
import type { Work } from './work.ts'

export const partition = { topic: 't', partition: 0 }

export const recordAt = (offset: number): KafkaRecord => ({
  ...partition,
  offset,
  timestamp: 0,
  key: null,
  value: Buffer.from('x'),
})

export interface Options {
  inFlight?: number
  inFlightRecords?: number
  after?: Promise<unknown>
  decide?: Work<number>['decide']
  remember?: () => void
  /** Whether a batch that begins at this offset is taken over; by default all are. */
  deliver?: (offset: number) => Promise<void>
  open?: () => Promise<void>
  /** Of each work that is opened. */
  broken?: () => Promise<never>
}

/** A loop that notes what happens; the test hands out records and confirmations. */
export function start(options: Options = {}) {
  const { inFlight = 1, inFlightRecords = 0, after, decide, remember, deliver, open, broken } = options
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
        ...(broken && { broken: broken() }),
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
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}
