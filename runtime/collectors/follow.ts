// The collectors of the console as they are in force, read at the start and followed from then on. A Kafka without them is
// no fault: podpipe runs by its file.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Collector } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { reasonOf } from '../errors.ts'
import { countPartitions } from '../kafka/administration/topics.ts'
import type { KafkaClient } from '../kafka/client.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import { readRange } from '../kafka/read/read-range.ts'
import type { Log } from '../log.ts'
import { kept } from './kept.ts'

const usualPoll = 500
/** A topic that is not there is looked for so much more seldom, and after a failure so much longer is waited. */
const [absent, failed] = [10, 2]
/** So often it is tried before a service begins without them: they are added when they can be read. */
const patience = 5

export interface Followed {
  /** Resolves when they were read for the first time, are found not to be there, or cannot be read now; never rejects. */
  readonly first: Promise<void>
  /** Resolves when the signal has fired and nothing is called any more. */
  readonly done: Promise<void>
}

/**
 * Calls back with all that is in force, at first and whenever it has changed.
 * @param options.onChange is not called while the topic is not there
 * @param options.pollEvery between two looks, in milliseconds
 */
export function followCollectors(options: {
  readonly client: KafkaClient
  readonly fetcher: Pick<Fetcher, 'open' | 'offsets' | 'edges'>
  readonly topic: Topic<Collector>
  readonly log: Log
  readonly signal: AbortSignal
  readonly onChange: (inForce: readonly Collector[]) => Promise<void>
  /** Takes the error of each look, undefined of one that went well, and says whether it has told somebody of it. */
  readonly tell?: (error: unknown) => boolean
  readonly pollEvery?: number
}): Followed {
  const { client, fetcher, topic, log, signal, onChange, tell = () => false, pollEvery = usualPoll } = options
  const place = { topic: topic.name, partition: 0 }
  const first = Promise.withResolvers<void>()
  const inForce = new Map<string, Collector>()
  let next = 0
  let failures = 0

  const isThere = async (): Promise<boolean> => (await countPartitions(client, [topic.name])).has(topic.name)
  const readOn = async (): Promise<void> => {
    // Mostly nothing has come, and one question says so.
    const [latest] = await fetcher.edges([place], 'high')
    if (latest === next) return
    const { start, end } = await fetcher.offsets(place)
    // A topic that was made anew begins again.
    if (end < next) {
      inForce.clear()
      next = 0
    }
    let hasChanged = false
    for await (const records of readRange(fetcher, place, Math.max(next, start), end)) {
      for (const { key, value } of records) hasChanged = take(inForce, topic, key, value) || hasChanged
    }
    next = end
    if (hasChanged) await onChange([...inForce.values()])
  }
  const run = async (): Promise<void> => {
    for (let found = false; !signal.aborted; ) {
      let pause = pollEvery
      try {
        found ||= await isThere()
        if (found) await readOn()
        else pause = absent * pollEvery
        first.resolve()
        tell(undefined)
        failures = 0
      } catch (error) {
        found = false
        pause = failed * pollEvery
        failures += 1
        const isTold = tell(error)
        if (failures === patience) first.resolve()
        if (failures === patience && !isTold) {
          log.info(
            { topic: topic.name, reason: reasonOf(error) },
            'the collectors of the console cannot be read; those that are known go on, and it is tried again',
          )
        }
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined)
    }
    first.resolve()
  }
  return { first: first.promise, done: run() }
}

/**
 * Notes what a record of the topic says, where it is under a name: under its revision it is history.
 * @returns whether it says anything of what is in force
 */
function take(
  inForce: Map<string, Collector>,
  { codec }: Topic<Collector>,
  key: Buffer | null,
  value: Buffer | null,
): boolean {
  const name = key?.toString() ?? ''
  if (name.includes('/')) return false
  if (value === null) return inForce.delete(name)
  try {
    inForce.set(name, kept(codec.decode(value)))
    return true
  } catch {
    // A later version has written it. What was in force before is not any more, and there is nothing to put in its place.
    return inForce.delete(name)
  }
}
