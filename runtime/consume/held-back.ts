// Whether a partition is held back: records are written that nobody may read yet, since a transaction stands open before
// them. A lag does not show it, for what cannot be read is no part of it. Pure: it is told what the broker says, and when.

import type { Trouble } from '../readiness.ts'

/** Transactions of dedup last for a fraction of this. Milliseconds. */
const patience = 8_000

export class HeldBack {
  #stable = -1
  #since: number | undefined

  /**
   * The broker said where the partition ends.
   * @param stable the end of what is committed
   * @param high the end of what is written
   */
  seen(stable: number, high: number, now: number): void {
    if (high <= stable) this.#since = undefined
    else if (this.#since === undefined || stable !== this.#stable) this.#since = now
    this.#stable = stable
  }

  /** What is not well, if it has lasted. */
  trouble(now: number): Trouble | undefined {
    if (this.#since === undefined || now - this.#since < patience) return undefined
    return {
      symptom: 'the partition stands still',
      impact: 'Its events wait in Kafka, which keeps them for 7 days; other partitions go on.',
      cause: `a transaction stands open at offset ${this.#stable}, and nothing behind it can be read before it ends`,
      action:
        'If a dedup has just died, wait a minute: Kafka ends its transaction. Else find who left it open with kafka-transactions.sh find-hanging, and end it with abort.',
    }
  }
}
