// How the stretches of an output have ended so far, in numbers.

import type { Ending } from './connection/closing.ts'
import type { OutputStatus } from './delivery.ts'
import type { Evidence } from './evidence/evidence.ts'

export class Tally {
  readonly #endings: Record<Ending, number> = {
    clean: 0,
    fin: 0,
    bare_fin: 0,
    reset: 0,
    timeout: 0,
    error: 0,
  }
  readonly #confirmed: Record<Evidence, number> = {
    close_notify: 0,
    fin: 0,
    bare_fin: 0,
    acked: 0,
    written: 0,
  }
  /** Frames that were written and had to be sent again. */
  resent = 0

  ended(ending: Ending): void {
    this.#endings[ending] += 1
  }

  confirmed(proof: Evidence, frames: number): void {
    this.#confirmed[proof] += frames
  }

  status(): Pick<OutputStatus, 'stretches' | 'confirmed' | 'resent'> {
    const { bare_fin: bareFin, ...endings } = this.#endings
    return { stretches: { ...endings, bareFin }, confirmed: { ...this.#confirmed }, resent: this.resent }
  }
}
