// The diary of one stream: what it meets goes to the history, and how it is now to whoever asks.

import type { Clock } from '@podpipe/runtime/clock.ts'
import type { HistoryWriter } from '@podpipe/runtime/history/writer.ts'
import type { Coverage } from '../coverage.ts'
import { fullBudget, spend } from './budget.ts'
import { beginning, type Happening, happen, type StreamState } from './happenings.ts'

export interface Diary {
  readonly state: StreamState
  /** What of the stream is covered; undefined until its position has been read. */
  coverage(): Coverage | undefined
  /** Says who knows that. */
  follow(coverage: () => Coverage): void
  /** Never waits and never throws: frames are on their way meanwhile. */
  write(happening: Happening): void
}

/**
 * @param subject cluster/service
 * @param who this process
 */
export function createDiary(
  subject: string,
  who: string,
  history: Pick<HistoryWriter, 'note'>,
  clock: Pick<Clock, 'now'>,
): Diary {
  let state = beginning(clock.now())
  let budget = fullBudget(clock.now())
  let coverage = (): Coverage | undefined => undefined

  return {
    get state() {
      return state
    },
    coverage: () => coverage(),
    follow(known) {
      coverage = known
    },
    write(happening) {
      const at = clock.now()
      const next = happen(state, happening, at)
      state = next.state
      for (const { what, numbers, words } of next.notes) {
        const spent = spend(budget, at)
        budget = spent.budget
        if (!spent.isAllowed) continue
        const leftOut = spent.leftOut > 0 ? { left_out: spent.leftOut } : {}
        history.note({
          at,
          kind: 'session',
          subject,
          what,
          who,
          numbers: { ...numbers, ...leftOut },
          words: { ...words },
        })
      }
    },
  }
}
