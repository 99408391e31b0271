// What waits to be written, bounded: the oldest gives way. Pure.

export interface Backlog<Value> {
  readonly size: number
  add(value: Value): void
  /** The oldest of them, a request's worth. */
  first(): readonly Value[]
  /** These are written. Some of them may have given way meanwhile. */
  done(values: readonly Value[]): void
}

const atOnce = 200

/** @param most how many may wait */
export function createBacklog<Value>(most: number): Backlog<Value> {
  let waiting: Value[] = []
  return {
    get size() {
      return waiting.length
    },
    add(value) {
      waiting.push(value)
      if (waiting.length > most) waiting.shift()
    },
    first: () => waiting.slice(0, atOnce),
    done(values) {
      const written = new Set(values)
      waiting = waiting.filter(value => !written.has(value))
    },
  }
}
