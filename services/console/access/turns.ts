// A few at a time, some more waiting, and no more than that: work that takes memory is asked for by anybody.

export interface Turns {
  /**
   * Does the work when its turn comes.
   * @returns undefined, at once, where too many wait already
   */
  take<Result>(work: () => Promise<Result>): Promise<Result> | undefined
}

/**
 * @param together how many are done at once
 * @param mostWaiting how many may wait for them
 */
export function createTurns(together: number, mostWaiting: number): Turns {
  let running = 0
  const waiting: (() => void)[] = []

  async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    // Whoever ends hands its place on, so that nobody who comes between takes it.
    if (running < together) running++
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }

  return {
    take: work => (running >= together && waiting.length >= mostWaiting ? undefined : run(work)),
  }
}
