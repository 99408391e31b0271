// How long a stretch may be, by how well it goes. Each costs a connection, and one that breaks is sent again as a whole: so it
// is a small part of what has been confirmed since the last one broke, and doubles stay a small part of what is sent. Pure.

import type { StretchLimits } from './stretch.ts'

const MiB = 1024 * 1024
/** The shortest, unless less is configured: below that the connections cost more than the events. */
const shortestBytes = 1.25 * MiB
/** Half of a stretch that breaks has arrived, on average: some three in a hundred are sent twice. */
const part = 1 / 15

export class StretchLength {
  #confirmedBytes = 0

  confirmed(bytes: number): void {
    this.#confirmedBytes += bytes
  }

  broke(): void {
    this.#confirmedBytes = 0
  }

  /** @param limits as configured: no stretch is longer */
  within(limits: StretchLimits): StretchLimits {
    const bytes = Math.max(shortestBytes, this.#confirmedBytes * part)
    return { ...limits, stretchBytes: Math.min(limits.stretchBytes, bytes) }
  }
}
