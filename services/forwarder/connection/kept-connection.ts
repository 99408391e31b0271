// The one connection that outlives its stretches, where the peer is confirmed by what it acknowledges: how long it
// lives, and when it is ended because nothing is written to it.

import type { Stretch } from '../frames/stretch.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import type { Connection, ConnectionEnd } from './connection.ts'

/** Until when on the monotonic clock, and the last stretch on it. */
interface Kept {
  readonly connection: Connection
  readonly until: number
  last: Stretch
}

interface KeptOptions extends Pick<PeerOutputOptions, 'rotateMs' | 'idleMs' | 'random'> {
  /** The monotonic clock, in milliseconds; default performance.now. */
  readonly now?: () => number
}

export class KeptConnection {
  readonly #options: KeptOptions
  readonly #onRetired: (end: ConnectionEnd) => void
  readonly #now: () => number
  #kept: Kept | undefined
  #lifeMs = 60_000
  #idleTimer: NodeJS.Timeout | undefined

  /** @param onRetired told how a connection ended behind all that was written to it */
  constructor(options: KeptOptions, onRetired: (end: ConnectionEnd) => void) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#onRetired = onRetired
  }

  get connection(): Connection | undefined {
    return this.#kept?.connection
  }

  /** The connection and the last stretch on it, if it may take another one. One that has lived long enough is ended. */
  usable(): { readonly connection: Connection; readonly last: Stretch } | undefined {
    clearTimeout(this.#idleTimer)
    const kept = this.#kept
    if (kept === undefined || !kept.connection.takesMore()) return undefined
    if (this.#now() < kept.until) return kept
    this.retire()
    return undefined
  }

  /** The stretch is written to its connection, which goes on behind it. */
  keep(stretch: Stretch): void {
    const { connection } = stretch
    if (this.#kept?.connection === connection) {
      this.#kept.last = stretch
      return
    }
    const { rotateMs = 3_600_000, random = Math.random } = this.#options
    // The end of a connection asks the peer whether it answers after all: soon after it did not, then ever less often.
    const lifeMs = Math.min(rotateMs, this.#lifeMs)
    this.#lifeMs = Math.min(rotateMs, this.#lifeMs * 2)
    this.#kept = { connection, until: this.#now() + lifeMs * (1 - random() / 10), last: stretch }
    void connection.ended.then(() => {
      if (this.#kept?.connection === connection) this.#kept = undefined
    })
  }

  /** Nothing is written to it for now. The peer would end it by itself at some time, perhaps while bytes are on their way. */
  rest(): void {
    if (this.#kept === undefined) return
    clearTimeout(this.#idleTimer)
    // The stretch may have stood open for long with nothing left to write.
    const idle = this.#now() - this.#kept.last.writtenAt
    const left = Math.max(0, (this.#options.idleMs ?? 20_000) - idle)
    this.#idleTimer = setTimeout(() => this.retire(), left)
  }

  /** Ends it behind what is written to it. How the peer takes that may be better news of it. */
  retire(): void {
    const kept = this.#kept
    if (kept === undefined) return
    this.#kept = undefined
    void kept.last.ended.then(() => kept.connection.halfClose())
    void kept.connection.ended.then(this.#onRetired)
  }

  /** The output is closed. */
  forget(): void {
    clearTimeout(this.#idleTimer)
  }
}
