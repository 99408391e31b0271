// Which of the events that were sent a sink does not have yet. Pure: it is told which it has.

export class Arrivals {
  readonly #events: ReadonlySet<string>
  readonly #has: (event: string) => boolean
  #expected = 0
  #missing: string[] = []

  /**
   * @param events grows while they are sent, in their order
   * @param has whether one has arrived; what has arrived once stays so
   */
  constructor(events: ReadonlySet<string>, has: (event: string) => boolean) {
    this.#events = events
    this.#has = has
  }

  /** From here on all that were sent by now are expected. */
  expectAll(): void {
    let at = 0
    for (const event of this.#events) if (at++ >= this.#expected) this.#missing.push(event)
    this.#expected = at
  }

  /** Those of the expected that are missing. */
  missing(): readonly string[] {
    this.#missing = this.#missing.filter(event => !this.#has(event))
    return this.#missing
  }
}
