// At most so many events a second. Pure: it says how long to wait.

/** In how many portions the events of a second are sent. */
const portions = 10

export class Pace {
  readonly #perSecond: number
  /** When the next event may go, in milliseconds of the caller's clock. */
  #next = Number.NEGATIVE_INFINITY

  /** @param perSecond Infinity for no limit */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** How many events to ask for at once. */
  get portion(): number {
    return Math.max(1, Math.floor(this.#perSecond / portions))
  }

  /**
   * Gives some events their turn, behind all that were given one before. Time in which nobody asked is not made up for.
   * @param now milliseconds of a clock that never goes back
   * @returns milliseconds to wait before they are sent
   */
  turn(events: number, now: number): number {
    const at = Math.max(now, this.#next)
    this.#next = at + (events * 1_000) / this.#perSecond
    return at - now
  }
}
