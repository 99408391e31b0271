// How much a replay may have sent beyond what it has noted in Kafka: so much is sent twice at most when it is killed.
// Pure bookkeeping; whoever notes says so.

export class Window {
  readonly #limit: number
  #sent = 0
  #noted = 0
  #closed = false
  #room = Promise.withResolvers<void>()
  #full = Promise.withResolvers<void>()

  /** @param limit events */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Events sent so far. */
  get sent(): number {
    return this.#sent
  }

  /** Resolves when somebody waits for room: it is time to note what is confirmed. */
  get full(): Promise<void> {
    return this.#full.promise
  }

  /**
   * Waits for room and takes it. The limit is exceeded by the events of one call at most, however many wait.
   * @returns false when the window was closed meanwhile; nothing is taken then
   */
  async take(events: number): Promise<boolean> {
    while (!this.#closed && this.#sent - this.#noted >= this.#limit) {
      this.#full.resolve()
      await this.#room.promise
    }
    if (this.#closed) return false
    this.#sent += events
    return true
  }

  /** So many of those taken were not sent after all. */
  giveBack(events: number): void {
    this.#sent -= events
  }

  /** Nobody is to send any more. */
  close(): void {
    this.#closed = true
    this.#room.resolve()
  }

  /** So many of the events sent are noted by now. */
  note(events: number): void {
    this.#noted = events
    this.#full = Promise.withResolvers()
    this.#room.resolve()
    this.#room = Promise.withResolvers()
  }
}
