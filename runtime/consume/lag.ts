// How far the work on a partition is behind, in records and in time. Pure: it is told what happens, and when.

/** Offsets and times of one partition. Times are milliseconds since 1970; those of records are the broker's. */
export class PartitionLag {
  #next: number | undefined
  #end = 0
  /** The oldest that is not done cannot be older than this. */
  #since = 0
  readonly #onTheWay: { readonly oldest: number; readonly nextOffset: number }[] = []

  /**
   * Records were taken to be worked on.
   * @param first offset and time of the first of them; undefined when none of what was read is a record for us
   * @param end where the partition ends, by what the broker said with them
   */
  taken(first: { offset: number; timestamp: number } | undefined, nextOffset: number, end: number): void {
    this.#next ??= first?.offset ?? nextOffset
    this.#end = Math.max(this.#end, end)
    this.#onTheWay.push({ oldest: first?.timestamp ?? this.#since, nextOffset })
  }

  /**
   * The oldest that was taken is done.
   * @param timestamp of its last record, if it had one
   */
  done(nextOffset: number, timestamp: number | undefined): void {
    while (this.#onTheWay[0] !== undefined && this.#onTheWay[0].nextOffset <= nextOffset)
      this.#onTheWay.shift()
    this.#next = nextOffset
    if (timestamp !== undefined) this.#since = Math.max(this.#since, timestamp)
  }

  /** The work begins again behind what is done; what was on its way will be taken anew. */
  again(): void {
    this.#onTheWay.length = 0
  }

  /** The broker said where the partition ends. */
  endsAt(end: number, now: number): void {
    this.#end = Math.max(this.#end, end)
    // Whatever comes from now on is younger than this moment. Without that, the first event after a quiet night
    // would count as a night old until it is done.
    if (this.#next !== undefined && this.#end <= this.#next) this.#since = Math.max(this.#since, now)
  }

  /** @returns undefined while nothing has been read yet */
  at(now: number): { readonly records: number; readonly seconds: number } | undefined {
    if (this.#next === undefined) return undefined
    const records = Math.max(0, this.#end - this.#next)
    if (records === 0) return { records, seconds: 0 }
    const oldest = this.#onTheWay[0]?.oldest ?? this.#since
    return { records, seconds: oldest === 0 ? 0 : Math.max(0, now - oldest) / 1_000 }
  }
}
