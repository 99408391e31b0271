// The account of a replay to an output. Pure.

import { isDone, type Refused, totalsOf } from '@podpipe/forwarder/replay/share.ts'
import type { RunNote, StoredReplay } from './memo.ts'
import { isoOf } from './range.ts'

/** As `podpipe replay -o json` prints it: keys are only ever added. found = confirmed + refused, once it is finished. */
export interface ReplayAccount {
  readonly name: string
  readonly output: string
  /** ISO 8601, UTC. */
  readonly from: string
  readonly to: string
  readonly finished: boolean
  /** Of all runs of this replay. */
  readonly found: number
  readonly confirmed: number
  readonly refused: Refused
  /** Of this run: events sent, of which so many again since their connection had broken. */
  readonly sent: number
  readonly sentAgain: number
  readonly seconds: number
  /** What the peer may have twice of this replay alone, by all runs. */
  readonly doubledAtMost: number
}

export function accountOf(
  { name, plan, shares }: Pick<StoredReplay, 'name' | 'plan' | 'shares'>,
  run: {
    readonly finished: boolean
    readonly sent: number
    readonly sentAgain: number
    readonly seconds: number
    readonly doubledAtMost: number
  },
): ReplayAccount {
  const { confirmed, refused } = totalsOf(shares)
  return {
    name,
    output: plan.output,
    from: isoOf(plan.from),
    to: isoOf(plan.to),
    found: confirmed + sum(refused),
    confirmed,
    refused,
    ...run,
  }
}

const sum = (refused: Refused): number => Object.values(refused).reduce((total, count) => total + count, 0)

/** A replay as `podpipe replay ls -o json` prints it: keys are only ever added. */
export interface ReplayListed {
  readonly name: string
  readonly output: string
  readonly from: string
  readonly to: string
  readonly services: readonly string[]
  readonly ids: readonly string[]
  readonly begun: string
  /** finished; stopped in order; open: it runs, or has died. */
  readonly state: 'finished' | 'stopped' | 'open'
  /** Records that are done, and how many there are. */
  readonly done: number
  readonly records: number
  readonly confirmed: number
  readonly refused: Refused
  readonly doubledAtMost: number
}

export function listedOf({ name, plan, run, shares }: StoredReplay): ReplayListed {
  const { output, from, to, services, ids } = plan
  return {
    name,
    output,
    from: isoOf(from),
    to: isoOf(to),
    services,
    ids,
    begun: isoOf(run.begun),
    state: run.isOpen ? 'open' : isDone(shares) ? 'finished' : 'stopped',
    ...totalsOf(shares),
    doubledAtMost: doubledBy(run),
  }
}

/** Events that the peer may have twice by the runs so far, also if the last one has died. */
export const doubledBy = ({ doubled, isOpen, atStake }: RunNote): number => doubled + (isOpen ? atStake : 0)
