// When a peer that does not answer the ends of its connections is believed to be one that never does. Pure.
// One that hangs does not answer either, and what it has acknowledged it may never read: so what counts is that it was
// seen to read on, or else time.

/**
 * Bytes acknowledged on one connection that only a peer that reads can have acknowledged. A Linux process that reads
 * nothing holds 0.1 MB on a connection, measured, and 1.2 MB behind 50 MB that it has read; a proxy on the way that
 * cannot get rid of them some 4 MB, its buffer for sending (net.ipv4.tcp_wmem) and its own.
 */
export const readingBytes = 8 * 1024 * 1024

/** How often in a row it has to leave an end unanswered; a peer that has answered before, and one of which nothing is known. */
const timesWhenReading = { known: 20, unknown: 2 } as const
const timesElse = 20
/** And for how long, where it was not seen to read, in milliseconds. */
const lastingMs = { known: 24 * 3_600_000, unknown: 3_600_000 } as const

export class Silence {
  #times = 0
  #sinceMs = 0

  /** Ends in a row that were not answered; those of stretches that were open together are one. */
  get times(): number {
    return this.#times
  }

  /** Once more. @param now in milliseconds, on any clock that goes on evenly */
  goesOn(now: number): void {
    if (this.#times === 0) this.#sinceMs = now
    this.#times += 1
  }

  end(): void {
    this.#times = 0
  }

  /**
   * Whether it is believed.
   * @param bytes acknowledged on the connection that is unanswered now, opened behind the unanswered ends before
   * @param isKnown the peer has answered ends before
   */
  isBelieved(bytes: number, isKnown: boolean, now: number): boolean {
    const who = isKnown ? 'known' : 'unknown'
    if (bytes >= readingBytes) return this.#times >= timesWhenReading[who]
    return this.#times >= timesElse && now - this.#sinceMs >= lastingMs[who]
  }

  /** The next connection would be believed, if the peer is seen to read on it. */
  isOnTrial(isKnown: boolean): boolean {
    return this.#times >= timesWhenReading[isKnown ? 'known' : 'unknown'] - 1
  }
}
