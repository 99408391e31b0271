// Everything that a person sees at one look: what flows, how far each part is behind, and what is not well. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { figuresOf, type Look, type TopFigures } from '../figures/figures.ts'
import { seriesOf } from '../figures/series.ts'
import type { Account } from './account.ts'
import { type OutputView, outputView } from './output-view.ts'
import type { OwnTrouble } from './silent.ts'

/** What the console shows, and `GET /api/v1/live` sends each second: keys are only ever added. */
export interface Picture extends TopFigures {
  /** When it was taken, by the clock of whoever took it; RFC 3339, UTC. */
  readonly at: string
  /** The last that was read of the account; null before the first. It is older than the picture where Kafka does not answer. */
  readonly account: Account | null
  /** The outputs of the configuration, with what they promise. */
  readonly views: readonly OutputView[]
}

/**
 * A picture.
 * @param at RFC 3339
 * @param before a look some seconds ago; undefined at the first, which knows no rates
 * @param own troubles that no service tells of itself: one that does not answer, and those of whoever looks
 */
export function pictureOf(
  at: string,
  now: Look,
  before: Look | undefined,
  { outputs }: Pick<PodpipeConfig, 'outputs'>,
  account: Account | undefined,
  own: readonly OwnTrouble[],
): Picture {
  const series = seriesOf(now, before)
  const figures = figuresOf(now, before, series)
  return {
    at,
    ...figures,
    health: figures.health === 'healthy' && own.length > 0 ? 'degraded' : figures.health,
    troubles: [...figures.troubles, ...own].sort((a, b) => a.since.localeCompare(b.since)),
    account: account ?? null,
    views: outputs.map(output => outputView(output, now, series)),
  }
}
