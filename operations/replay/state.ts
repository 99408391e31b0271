// How a replay stands, as far as its notes in Kafka tell it. Pure.

import { isDone } from '@podpipe/forwarder/replay/share.ts'
import type { RunNote, StoredReplay } from './memo.ts'

/**
 * `unsure`: it runs or has died, which the next seconds show. `paused`: stopped in order, or its process has died; it can
 * be gone on with. `ended`: by a person, for good.
 */
export type ReplayState = 'running' | 'unsure' | 'paused' | 'ended' | 'finished'

/** A run notes something at least once a second; it counts as dead when nothing came for so long, milliseconds. */
export const silence = 4_000

interface Sign {
  readonly run: string
  readonly beat: number
  /** When this was seen first. */
  readonly at: number
  /** Whether it has changed while somebody looked. */
  readonly isAlive: boolean
}

/** Tells from look to look whether somebody works on a replay. */
export class Signs {
  readonly #signs = new Map<string, Sign>()

  /** @param now milliseconds of a clock that never goes back */
  stateOf({ name, run, shares }: StoredReplay, now: number): ReplayState {
    if (run.isOver) return 'ended'
    if (!run.isOpen) return isDone(shares) ? 'finished' : 'paused'
    const sign = this.#signOf(name, run, now)
    if (now - sign.at > silence) return 'paused'
    return sign.isAlive ? 'running' : 'unsure'
  }

  #signOf(name: string, { id, beat }: RunNote, now: number): Sign {
    const before = this.#signs.get(name)
    if (before?.run === id && before.beat === beat) return before
    const sign: Sign = { run: id, beat, at: now, isAlive: before !== undefined }
    this.#signs.set(name, sign)
    return sign
  }

  /** Forgets those that are not among these. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#signs.keys()) if (!names.has(name)) this.#signs.delete(name)
  }
}
