// What a replay tells: its progress while it runs, its account when it is done.

import type { Totals } from '@podpipe/dedup/state.ts'
import { isoOf, type TimeRange } from '@podpipe/operations/replay/range.ts'
import { durationText } from '../output/progress.ts'

/** A replay as `podpipe replay --json` prints it: keys are only ever added. decided = unique + duplicate + rejected. */
export interface ReplayResult extends Totals {
  readonly name: string
  /** ISO 8601, UTC. */
  readonly from: string
  readonly to: string
  /** Every decision is the one that was made the first time; false also where that is not sure. */
  readonly exact: boolean
  /** Records before the range that were decided to know what was known at its beginning. */
  readonly warmUp: number
  /** Where the events and the rejects are; none after a dry run. */
  readonly topics: readonly string[]
}

/** The account on one line, and where everything is on the next one. */
export function sentenceOf(result: ReplayResult): string {
  const { decided, unique, duplicate, rejected, from, to, exact, warmUp, topics } = result
  const n = (value: number): string => value.toLocaleString('en-US')
  return [
    `decided ${n(decided)} = unique ${n(unique)} + duplicate ${n(duplicate)} + rejected ${n(rejected)}      from ${from} to ${to}, ${exact ? 'as the first time' : 'not all as the first time'}; ${n(warmUp)} before it for warming up`,
    topics.length === 0 ? 'Nothing was written: this was a dry run.' : `Written to ${topics.join(', ')}.`,
  ].join('\n')
}

const interval = 250

/** Shows on one line of a terminal how many records are decided, how fast, and for how long still. */
export function createProgress(total: number, show: boolean): { add(records: number): void; end(): void } {
  let done = 0
  const begun = performance.now()
  const n = (value: number): string => value.toLocaleString('en-US')
  const line = (): void => {
    const rate = done / Math.max(0.001, (performance.now() - begun) / 1_000)
    const rest = done === 0 || done >= total ? '' : `   ${durationText((total - done) / rate)} left`
    process.stderr.write(
      `\r\x1b[2K  decided ${n(done)} of ${n(total)}   ${n(Math.round(rate))} a second${rest}`,
    )
  }
  const timer = show ? setInterval(line, interval) : undefined
  return {
    add(records) {
      done += records
    },
    end() {
      clearInterval(timer)
      if (!show) return
      line()
      process.stderr.write('\n')
    },
  }
}

/** What is odd about a replay, for standard error. */
export function warn(sentence: string): void {
  process.stderr.write(`podpipe: ${sentence}\n`)
}

/** Where the range of a replay begins, for a message. */
export const rangeText = ({ from, to }: TimeRange): string => `${isoOf(from)} to ${isoOf(to)}`
