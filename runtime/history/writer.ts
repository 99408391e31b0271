// Notes of what happens, into the topic of history: best effort, for people to look back on. It is never in the way of
// events: whoever notes something never waits, memory is bounded, and without the topic nothing is written.

import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { reasonOf } from '../errors.ts'
import { countPartitions } from '../kafka/administration/topics.ts'
import type { KafkaClient } from '../kafka/client.ts'
import { createProducer, type PlainProducer } from '../kafka/write/producer.ts'
import type { Log } from '../log.ts'
import type { Readiness } from '../readiness.ts'
import { tellRefusal } from '../told-refusal.ts'
import { createBacklog } from './backlog.ts'

export interface HistoryWriter {
  /** Takes a note; it is written within some seconds, or never. Does not wait and does not throw. */
  note(entry: HistoryEntry): void
  /** Writes what is noted by now, at once; resolves with whether it is written. */
  flush(): Promise<boolean>
  /** Writes what is noted, if that goes quickly, and stops. */
  close(): Promise<void>
}

const writeInterval = 1_000
/** Notes that wait: an hour of a busy day. What is older gives way. */
const mostWaiting = 1_000
const closePatience = 2_000
const unnoted =
  'Nothing is kept of what happens for the console to show; the latest thousand notes are written once it may. Events flow as before.'

/** The key of an entry: whoever compacts or filters by key finds what belongs together. */
export const historyKeyOf = ({ kind, subject }: HistoryEntry): string => `${kind}/${subject}`

/**
 * Writes notes as long as the topic is there, and keeps the latest where it is not. It has connections of its own, so
 * that nothing else waits behind it. A right that is missing is told as a warning.
 * @param options.lookEvery between two looks for a topic that is not there, in milliseconds
 * @param options.onFailure is told of each time that Kafka did not take notes
 */
export function createHistoryWriter(
  client: KafkaClient,
  topic: Topic<HistoryEntry>,
  around: { readonly log: Log; readonly readiness: Pick<Readiness, 'set' | 'forget'> },
  { lookEvery = 10_000, onFailure = () => undefined }: { lookEvery?: number; onFailure?: () => void } = {},
): HistoryWriter {
  const { log } = around
  const tell = tellRefusal('history', unnoted, around)
  const backlog = createBacklog<HistoryEntry>(mostWaiting)
  let producer: PlainProducer | undefined
  let nextLook = 0
  let isTold = false
  let writing: Promise<void> | undefined

  const find = async (): Promise<PlainProducer | undefined> => {
    if (producer !== undefined) return producer
    if (performance.now() < nextLook) return undefined
    nextLook = performance.now() + lookEvery
    if (!(await countPartitions(client, [topic.name])).has(topic.name)) return undefined
    producer = await createProducer(client)
    return producer
  }
  const write = async (): Promise<void> => {
    if (backlog.size === 0) return
    try {
      const found = await find()
      if (found === undefined) return
      const entries = backlog.first()
      await found.send(
        entries.map(entry => ({
          topic: topic.name,
          partition: 0,
          key: historyKeyOf(entry),
          value: topic.codec.encode(entry),
          timestamp: entry.at,
        })),
      )
      backlog.done(entries)
      tell(undefined)
      isTold = false
    } catch (error) {
      onFailure()
      // Perhaps the topic is gone: it is looked for again before anything is sent.
      const broken = producer
      producer = undefined
      await broken?.close()
      if (!tell(error) && !isTold) {
        log.info(
          { topic: topic.name, reason: reasonOf(error) },
          'what happens cannot be noted for the console; events flow on, and it is tried again',
        )
      }
      isTold = true
    }
  }
  const writeOnce = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined
    })
    return writing
  }
  const timer = setInterval(() => void writeOnce(), writeInterval)
  timer.unref()

  return {
    note: entry => backlog.add(entry),
    async flush() {
      // What is being written now may be without the newest, and a request takes only so many.
      await writing
      while (backlog.size > 0) {
        const before = backlog.size
        await writeOnce()
        if (backlog.size >= before) return false
      }
      return true
    },
    async close() {
      clearInterval(timer)
      const last = (async () => {
        await writing
        await write()
      })()
      await Promise.race([last, new Promise(resolve => setTimeout(resolve, closePatience).unref())])
      await producer?.close()
    },
  }
}
