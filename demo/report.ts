// What the demo prints at the end.

import { type Accounting, sentenceOf } from './accounting.ts'

/** Since the demo was started, in seconds. */
export interface Seconds {
  /** Kafka and the simulators are up, the services have been started. */
  readonly start: number
  /** The first event has arrived at the sink. */
  readonly first_delivered: number | undefined
  /** The last one has. */
  readonly total: number
}

/** Prints the accounting: a table for people, or one line of JSON for scripts. */
export function print(accounting: Accounting, seconds: Seconds, json: boolean): void {
  const { received, unique, duplicate, rejected, delivered, lost, changed, doubled } = accounting
  const rounded = Object.fromEntries(
    Object.entries(seconds).map(([name, value]) => [
      name,
      value === undefined ? null : Number(value.toFixed(2)),
    ]),
  )
  if (json) {
    const result = {
      received,
      unique,
      duplicate,
      rejected,
      delivered,
      lost,
      changed,
      doubled,
      seconds: rounded,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const n = (value: number | undefined): string => `${(value ?? Number.NaN).toFixed(1)} s`
  process.stdout.write(
    `\n${sentenceOf(accounting)}\n\n` +
      `started after ${n(seconds.start)}, first event at the sink after ${n(seconds.first_delivered)}, all after ${n(seconds.total)}\n`,
  )
}
