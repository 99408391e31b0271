// Turns a service's work into a running consumer: joins the group, keeps one loop for each partition that is
// owned, commits what they have done, and stops in order.

import { reasonOf } from '../errors.ts'
import type { KafkaClient } from '../kafka/client.ts'
import { nameOf, type TopicPartition } from '../kafka/group/assigner.ts'
import { type Group, joinGroup } from '../kafka/group/group.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Readiness } from '../readiness.ts'
import type { Stop } from '../stop.ts'
import { tellTrouble } from '../told-trouble.ts'
import { createCommits } from './commits.ts'
import { type LoopObserver, type PartitionLoop, startPartitionLoop } from './partition-loop.ts'
import { watchLag } from './watch-lag.ts'
import { watchRights } from './watch-rights.ts'
import type { BatchLimits, OpenWork } from './work.ts'

const commitInterval = 500

/**
 * Consumes topics until the stop signal fires, and then until what is on its way has been confirmed and
 * committed or the stop gives up. Rejects when the process must end: a fault of the program, or a membership
 * lost for good. It asks for the stop itself then, so that the budget bounds also this way to end.
 *
 * A partition that moves away is stopped and its later offsets are not committed, but its deliveries that are
 * already on their way are not called back: the next owner starts at the committed offset and may deliver
 * those once more. dedup fences that with its transactional id; for an output it is the bounded double.
 */
export async function consume<Value>(options: {
  client: KafkaClient
  fetcher: Pick<Fetcher, 'open' | 'edges'>
  groupId: string
  /** The label of its lag. */
  consumer: string
  metrics: Pick<Metrics, 'lag' | 'lagSeconds'>
  readiness: Pick<Readiness, 'set' | 'forget'>
  topics: readonly string[]
  open: OpenWork<Value>
  limits: BatchLimits
  observer: LoopObserver<Value>
  log: Log
  stop: Stop
  /** Called when reading has stopped and deliveries should hurry. */
  onStopping?: () => void
}): Promise<void> {
  const { client, fetcher, groupId, topics, open, limits, log } = options
  const { signal, giveUp } = options.stop
  const lag = watchLag<Value>(options.consumer, options.metrics, fetcher, options)
  const rights = watchRights<Value>(options.consumer, options)
  const observer = together(lag.observer, rights.observer, options.observer)
  const loops = new Map<string, { partition: TopicPartition; loop: PartitionLoop }>()
  const stopped = Promise.withResolvers<void>()
  // Also before anybody waits for it, in the middle of joining.
  stopped.promise.catch(error => options.stop.request(reasonOf(error)))

  // Rebalances only change this set; everything that belongs to a partition happens in its own loop.
  const closing = new Map<string, Promise<void>>()
  const reconcile = (owned: readonly TopicPartition[]): void => {
    const wanted = new Map(owned.map(partition => [nameOf(partition), partition]))
    for (const [name, { partition, loop }] of loops) {
      if (wanted.has(name)) continue
      loops.delete(name)
      loop.stop()
      commits.forget(partition)
      closing.set(
        name,
        loop.done.catch(() => undefined),
      )
    }
    for (const [name, partition] of wanted) {
      if (loops.has(name) || signal.aborted) continue
      const loop = startPartitionLoop({
        partition,
        fetcher,
        open,
        after: closing.get(name),
        limits,
        // A loop that was replaced may still confirm something; only the owner's offsets are committed.
        commit: (done, offset, note) => {
          if (loops.get(name)?.loop === loop) commits.note(done, offset, note)
        },
        observer,
        log,
        signal: giveUp,
      })
      loops.set(name, { partition, loop })
      loop.done.catch(stopped.reject)
    }
  }

  let commit: Group['commit'] = async () => {
    throw new Error('the consumer group is not joined yet')
  }
  const commits = createCommits(offsets => commit(offsets), log)
  const group = await joinGroup({
    client,
    groupId,
    topics,
    log,
    onAssigned: reconcile,
    onFailed: stopped.reject,
    tell: tellTrouble(`group ${groupId}`, options),
    signal,
  })
  if (group === undefined) return
  commit = group.commit
  const timer = setInterval(() => void commits.flush(), commitInterval)
  const stopWatches = [lag.start(), rights.start()]

  if (signal.aborted) stopped.resolve()
  signal.addEventListener('abort', () => stopped.resolve(), { once: true })
  try {
    await stopped.promise
  } finally {
    clearInterval(timer)
    for (const stopWatch of stopWatches) stopWatch()
    const all = [...loops.values()]
    for (const { loop } of all) loop.stop()
    options.onStopping?.()
    // Also those whose partition has moved away: the fetcher they read from is closed after this.
    await Promise.allSettled([...all.map(({ loop }) => loop.done), ...closing.values()])
    await commits.flush()
    await group.leave()
  }
}

/** Tells all of them, in this order. */
function together<Value>(...observers: readonly LoopObserver<Value>[]): LoopObserver<Value> {
  return {
    onTaken(...seen) {
      for (const each of observers) each.onTaken?.(...seen)
    },
    onDelivered(...seen) {
      const done = observers.map(each => each.onDelivered(...seen))
      return () => {
        for (const each of done) each()
      }
    },
    onWorking(...seen) {
      for (const each of observers) each.onWorking(...seen)
    },
    onFailing(...seen) {
      for (const each of observers) each.onFailing?.(...seen)
    },
    onRefused(...seen) {
      for (const each of observers) each.onRefused?.(...seen)
    },
    onGone(...seen) {
      for (const each of observers) each.onGone(...seen)
    },
  }
}
