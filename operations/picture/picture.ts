// Everything that a person sees at one look: what flows, how far each part is behind, and what is not well. Pure.

import type { TopFigures } from '../figures/figures.ts'

/** What the console shows, and `GET /api/v1/live` sends each second: keys are only ever added. */
export interface Picture extends TopFigures {
  /** When it was taken, by the clock of whoever took it; RFC 3339, UTC. */
  readonly at: string
}
