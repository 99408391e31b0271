// How fast something gets on, by the last looks at it. Pure.

/** What is known at some moment; `at` in milliseconds of a clock that never goes back. */
export interface Sample {
  readonly at: number
  readonly confirmed: number
  /** Records read to their end, and how many there are. */
  readonly done: number
  readonly records: number
}

export interface Pace {
  readonly percent: number
  readonly confirmed: number
  /** Events confirmed a second. */
  readonly rate: number
  /** Undefined while nothing gets on; 0 when all is done. */
  readonly secondsLeft: number | undefined
}

/** Rates are those of so many milliseconds. */
const span = 10_000

/** Remembers the last samples. */
export class Meter {
  readonly #samples: Sample[] = []

  add(sample: Sample): void {
    this.#samples.push(sample)
    while ((this.#samples[1]?.at ?? Number.POSITIVE_INFINITY) <= sample.at - span) this.#samples.shift()
  }

  /** Undefined before the first sample. */
  pace(): Pace | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined) return undefined
    const seconds = (last.at - first.at) / 1_000
    const speed = seconds > 0 ? (last.done - first.done) / seconds : 0
    const left = last.records - last.done
    return {
      percent: last.records === 0 ? 100 : Math.floor((last.done * 100) / last.records),
      confirmed: last.confirmed,
      rate: seconds > 0 ? (last.confirmed - first.confirmed) / seconds : 0,
      secondsLeft: left === 0 ? 0 : speed > 0 ? left / speed : undefined,
    }
  }
}
