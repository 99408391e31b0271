// How many writes a connection has been handed and how many are done, and who waits for which. Pure bookkeeping.

export class Writes {
  #handed = 0
  #done = 0
  /** In the order of the writes. */
  #waiting: { readonly write: number; readonly resolve: (done: boolean) => void }[] = []

  /** Some that were handed over are not done. */
  get areUnderWay(): boolean {
    return this.#done < this.#handed
  }

  handOver(): void {
    this.#handed += 1
  }

  /** The oldest is done. */
  finish(): void {
    this.#done += 1
    // On a connection that goes on, the next stretch may be written already: nobody waits for its end.
    this.#tell(this.#done, true)
  }

  /** Resolves to true when all that were handed over by now are done, to false when they are abandoned first. */
  settled(): Promise<boolean> {
    if (!this.areUnderWay) return Promise.resolve(true)
    const write = this.#handed
    return new Promise(resolve => this.#waiting.push({ write, resolve }))
  }

  /** The connection is over: nobody waits any longer. */
  abandon(): void {
    this.#tell(Number.POSITIVE_INFINITY, false)
  }

  #tell(upTo: number, done: boolean): void {
    while (this.#waiting[0] && this.#waiting[0].write <= upTo) this.#waiting.shift()?.resolve(done)
  }
}
