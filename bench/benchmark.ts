// What a benchmark is: a name, and a function that measures and cleans up behind itself.

import type { Log } from '@podpipe/runtime/log.ts'
import type { Measurement } from './figure.ts'

/** What a benchmark is given. */
export interface Bench {
  /** An empty folder of its own; removed behind it. */
  readonly directory: string
  /** How many events to send, where the number is the caller's to choose. */
  readonly events: number
  /** Fires when the run is to end early: stop what was started and throw the signal's reason. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Tells a person what goes on. */
  say(text: string): void
}

export interface Result {
  readonly measurements: readonly Measurement[]
  /** Why the figures are worth nothing, in whole sentences: events were lost. Empty when all went well. */
  readonly faults: readonly string[]
}

export interface Benchmark {
  readonly name: string
  /** What it measures, for --help. */
  readonly summary: string
  /** How many events it sends where the caller does not choose; without it the usual number. */
  readonly events?: number
  run(bench: Bench): Promise<Result>
}
