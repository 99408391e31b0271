// Recoveries of several partitions one after the other: each takes the processor whole, so side by side the first one
// would be through when the last one is, and nothing would flow until then.

import { within } from '@podpipe/runtime/deadline.ts'

/** How long one waits for another, in milliseconds: that one may itself be waiting, for a leader of its partition. */
const patience = 5_000

/** Does the work when it is its turn. */
export type TakeTurn = <Result>(work: () => Promise<Result>) => Promise<Result>

export function createTurns(wait: number = patience): TakeTurn {
  let last: Promise<unknown> = Promise.resolve()
  return async work => {
    const before = last
    const done = Promise.withResolvers<void>()
    last = Promise.all([before, done.promise])
    try {
      await within(wait, 'The work before', before).catch(() => undefined)
      return await work()
    } finally {
      done.resolve()
    }
  }
}
