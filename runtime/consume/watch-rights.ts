// What Kafka forbids the work on partitions: one trouble for each right that is missing, however many partitions need it.

import { nameOf, type TopicPartition } from '../kafka/group/assigner.ts'
import { forbidden, type NotAllowedError } from '../kafka/refusal.ts'
import type { Log } from '../log.ts'
import type { Readiness, Trouble } from '../readiness.ts'
import { tellTrouble } from '../told-trouble.ts'
import type { LoopObserver } from './partition-loop.ts'

const lookInterval = 1_000
/** Work that has been open for so long without a refusal has its rights, also where there is nothing to be done; milliseconds. */
const settled = 5_000

interface Refused {
  readonly error: NotAllowedError
  /** Since when its work is open again. */
  openSince: number | undefined
}

/**
 * @param consumer the first word of the parts that are told of
 * @param now milliseconds of a clock that only goes on
 * @returns what the loops tell to, and the start of the watch, which returns its end
 */
export function watchRights<Value>(
  consumer: string,
  told: { readonly readiness: Pick<Readiness, 'set' | 'forget'>; readonly log: Log },
  now: () => number = () => performance.now(),
): { readonly observer: LoopObserver<Value>; readonly start: () => () => void; readonly look: () => void } {
  const refused = new Map<string, Refused>()
  const tellers = new Map<string, (trouble: Trouble | undefined) => void>()

  const look = (): void => {
    for (const [name, { openSince }] of refused)
      if (openSince !== undefined && now() - openSince >= settled) refused.delete(name)
    const missing = new Map([...refused.values()].map(({ error }) => [error.what, error]))
    for (const what of missing.keys())
      if (!tellers.has(what)) tellers.set(what, tellTrouble(`${consumer} ${what}`, told))
    for (const [what, tell] of tellers) {
      const error = missing.get(what)
      tell(error === undefined ? undefined : forbidden(error))
      if (error === undefined) tellers.delete(what)
    }
  }
  const clear = (place: TopicPartition): void => {
    if (refused.delete(nameOf(place))) look()
  }

  return {
    observer: {
      onDelivered: place => () => clear(place),
      onWorking(place, isWorking) {
        const known = refused.get(nameOf(place))
        if (known !== undefined) known.openSince = isWorking ? now() : undefined
      },
      onRefused(place, error) {
        refused.set(nameOf(place), { error, openSince: undefined })
        look()
      },
      onGone: clear,
    },
    look,
    start() {
      const timer = setInterval(look, lookInterval)
      return () => clearInterval(timer)
    },
  }
}
