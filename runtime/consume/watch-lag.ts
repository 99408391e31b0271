// The lag of the partitions that a consumer owns, as metrics. Their ends are asked for also while nothing is read:
// a partition that is stuck has the largest lag of all, and it must be seen to grow.

import { nameOf, type TopicPartition } from '../kafka/assigner.ts'
import type { Fetcher } from '../kafka/fetcher.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { PartitionLag } from './lag.ts'
import type { LoopObserver } from './partition-loop.ts'

const tellInterval = 1_000
const askEvery = 5

/**
 * @param consumer the label of the metrics
 * @returns what the loops tell to, and the start of the watch, which returns its end
 */
export function watchLag<Value>(
  consumer: string,
  metrics: Pick<Metrics, 'lag' | 'lagSeconds'>,
  fetcher: Pick<Fetcher, 'edges'>,
): { readonly observer: LoopObserver<Value>; readonly start: () => () => void } {
  const owned = new Map<string, { readonly place: TopicPartition; readonly lag: PartitionLag }>()
  const lagOf = (place: TopicPartition): PartitionLag => {
    const name = nameOf(place)
    const known = owned.get(name) ?? { place, lag: new PartitionLag() }
    owned.set(name, known)
    return known.lag
  }

  const tell = (): void => {
    for (const { place, lag } of owned.values()) {
      const now = lag.at(Date.now())
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
      const ends = await fetcher.edges(
        watched.map(({ place }) => place),
        'stable',
      )
      for (const [index, { lag }] of watched.entries()) lag.endsAt(ends[index] ?? 0, Date.now())
    } catch {
      // Who reads notices that Kafka is away, and says so.
    } finally {
      asking = false
    }
  }

  return {
    observer: {
      onTaken: (place, { records, nextOffset }, end) => lagOf(place).taken(records[0], nextOffset, end),
      onDelivered(place, { records, nextOffset }) {
        const newest = records.at(-1)?.timestamp
        return () => lagOf(place).done(nextOffset, newest)
      },
      onWorking(place, working) {
        if (!working) owned.get(nameOf(place))?.lag.again()
      },
      onGone(place) {
        owned.delete(nameOf(place))
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
