// An episode is the time from the first failed stretch to the first proof that the peer is well again.
// Pure: it says how long to wait and what is worth a line in the log, so that an outage is two lines and not a flood.

/** What is known of the current episode; a fresh one has no failure. */
export interface Failure {
  /** Wait this long before the next connection, in milliseconds. */
  readonly delayMs: number
  /** This reason has not been reported in this episode. */
  readonly isNews: boolean
}

const firstMs = 20
const shortestMs = 200
const longestMs = 60_000

/**
 * Full jitter: anything between nothing and the ceiling, so that many forwarders that lost the same peer do not come
 * back in step. A connection that broke while all was well says little of the peer, and is replaced at once; from the
 * second failure on the ceiling doubles with each, from 0.2 s to 60 s.
 * @param attempt 1 for the first
 * @param random at least 0, below 1
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = attempt === 1 ? firstMs : Math.min(longestMs, shortestMs * 2 ** (attempt - 2))
  return Math.floor(random * ceiling)
}

export class Episode {
  readonly #random: () => number
  #attempts = 0
  #newestFailed = 0
  #reported = new Set<string>()

  constructor(random: () => number) {
    this.#random = random
  }

  /** Stretches are failing; none opened since has been confirmed. */
  get isOn(): boolean {
    return this.#attempts > 0
  }

  /** The peer failed again after the first try since: it may be away, and is not to be asked by many at once. */
  get isInDoubt(): boolean {
    return this.#attempts > 1
  }

  get attempts(): number {
    return this.#attempts
  }

  /**
   * A stretch failed.
   * @param stretch its number; numbers grow in the order of opening
   * @param newest the number of the newest stretch opened by now
   * @param reason what makes this failure differ from others of the episode
   */
  failed(stretch: number, newest: number, reason: string): Failure {
    // Stretches that were open together fall together. That is one failure and must not lengthen the wait fivefold.
    if (stretch > this.#newestFailed) {
      this.#attempts += 1
      this.#newestFailed = newest
    }
    const isNews = !this.#reported.has(reason)
    this.#reported.add(reason)
    return { delayMs: backoffMs(this.#attempts, this.#random()), isNews }
  }

  /**
   * A stretch was confirmed. Returns the attempts it took if that ends an episode, else undefined.
   * One that was already open when the last failure came says nothing about the peer of now.
   */
  confirmed(stretch: number): number | undefined {
    if (!this.isOn || stretch <= this.#newestFailed) return undefined
    const attempts = this.#attempts
    this.#attempts = 0
    this.#reported.clear()
    return attempts
  }
}
