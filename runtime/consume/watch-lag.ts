// The lag of the partitions that a consumer owns, as metrics, and whether one of them stands still. Their ends are asked for also while nothing is read:
// a partition that is stuck has the largest lag of all, and it must be seen to grow.

import { nameOf, type TopicPartition } from '../kafka/group/assigner.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Readiness, Trouble } from '../readiness.ts'
import { tellTrouble } from '../told-trouble.ts'
import { HeldBack } from './held-back.ts'
import { PartitionLag } from './lag.ts'
import type { LoopObserver } from './partition-loop.ts'

const tellInterval = 1_000
const askEvery = 3

interface Watched {
  readonly place: TopicPartition
  readonly lag: PartitionLag
  readonly held: HeldBack
  readonly tellHeld: (trouble: Trouble | undefined) => void
  /** Why the work on it failed the last time, while nothing has succeeded since. */
  failing: string | undefined
}

const notWorking = (cause: string): Trouble => ({
  symptom: 'the work on the partition fails',
  impact: 'Its events wait in Kafka, which keeps them for 7 days; other partitions go on.',
  cause,
  action:
    'It is begun again by itself. If it goes on, look at the brokers that lead the partition, and into the log.',
})

/**
 * @param consumer the label of the metrics, and the first word of the part that is told of
 * @param options.readiness is told of a partition that is held back, or whose work fails again and again
 * @returns what the loops tell to, and the start of the watch, which returns its end
 */
export function watchLag<Value>(
  consumer: string,
  metrics: Pick<Metrics, 'lag' | 'lagSeconds'>,
  fetcher: Pick<Fetcher, 'edges'>,
  { readiness, log }: { readonly readiness: Pick<Readiness, 'set' | 'forget'>; readonly log: Log },
): { readonly observer: LoopObserver<Value>; readonly start: () => () => void } {
  const owned = new Map<string, Watched>()
  const watchedOf = (place: TopicPartition): Watched => {
    const name = nameOf(place)
    const known = owned.get(name) ?? {
      place,
      lag: new PartitionLag(),
      held: new HeldBack(),
      tellHeld: tellTrouble(partOf(place), { readiness, log }),
      failing: undefined,
    }
    owned.set(name, known)
    return known
  }
  const partOf = ({ topic, partition }: TopicPartition): string => `${consumer} ${topic}/${partition}`

  const tell = (): void => {
    for (const { place, lag, held, tellHeld, failing } of owned.values()) {
      const now = lag.at(Date.now())
      const heldNow = held.trouble(Date.now())
      tellHeld(heldNow)
      // The loop has said in the log that it fails. Of a partition that is well nothing is said.
      if (heldNow === undefined && failing !== undefined) readiness.set(partOf(place), notWorking(failing))
      else if (heldNow === undefined) readiness.forget(partOf(place))
      if (now === undefined) continue
      metrics.lag.set({ consumer, ...place }, now.records)
      metrics.lagSeconds.set({ consumer, ...place }, now.seconds)
    }
  }

  // One question at a time: while Kafka does not answer, what is known goes on growing older by itself.
  let asking = false
  const ask = async (): Promise<void> => {
    if (asking || owned.size === 0) return
    asking = true
    const watched = [...owned.values()]
    try {
      const places = watched.map(({ place }) => place)
      // In this order: what is written meanwhile is held back by nobody.
      const highs = await fetcher.edges(places, 'high')
      const ends = await fetcher.edges(places, 'stable')
      for (const [index, { lag, held }] of watched.entries()) {
        lag.endsAt(ends[index] ?? 0, Date.now())
        held.seen(ends[index] ?? 0, highs[index] ?? 0, Date.now())
      }
    } catch {
      // Who reads notices that Kafka is away, and says so.
    } finally {
      asking = false
    }
  }

  return {
    observer: {
      onTaken: (place, { records, nextOffset }, end) =>
        watchedOf(place).lag.taken(records[0], nextOffset, end),
      onDelivered(place, { records, nextOffset }) {
        const newest = records.at(-1)?.timestamp
        return () => {
          const watched = watchedOf(place)
          watched.failing = undefined
          watched.lag.done(nextOffset, newest)
        }
      },
      onFailing(place, reason) {
        watchedOf(place).failing = reason
      },
      onWorking(place, working) {
        if (!working) owned.get(nameOf(place))?.lag.again()
      },
      onGone(place) {
        owned.delete(nameOf(place))
        readiness.forget(partOf(place))
        metrics.lag.remove({ consumer, ...place })
        metrics.lagSeconds.remove({ consumer, ...place })
      },
    },
    start() {
      let ticks = 0
      const timer = setInterval(() => {
        if (ticks++ % askEvery === 0) void ask()
        tell()
      }, tellInterval)
      return () => clearInterval(timer)
    },
  }
}
