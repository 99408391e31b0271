// Events as they stand in a list: the newest first. Pure.

import { isUtf8 } from 'node:buffer'
import type { Shown } from '../tap/shown.ts'
import type { Stage } from '../tap/stages.ts'
import type { Part } from './look-back.ts'

/** An event in a list: keys are only ever added. */
export interface EventListed {
  readonly stage: Stage
  /** null where its topic is none of this podpipe's. */
  readonly service: string | null
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** When Kafka had the raw record, ISO 8601, UTC. */
  readonly time: string
  readonly fields: Shown['fields']
  /** Length of what Proofpoint sent, in bytes; null for a block of the ledger. */
  readonly size: number | null
  /** Where it begins, as text; null without the right to see it, and where there is none. */
  readonly beginning: string | null
}

const beginningBytes = 240

export function listedOf(
  stage: Stage,
  service: string | undefined,
  shown: Shown,
  withContent: boolean,
): EventListed {
  const { topic, partition, offset, time, fields, bytes } = shown
  return {
    stage,
    service: service ?? null,
    topic,
    partition,
    offset,
    time,
    fields,
    size: bytes?.length ?? null,
    beginning: withContent && bytes !== undefined ? beginningOf(bytes) : null,
  }
}

/** The first bytes as text; a letter that the cut went through is left out. */
function beginningOf(bytes: Buffer): string {
  for (let cut = Math.min(bytes.length, beginningBytes); cut > beginningBytes - 4 && cut > 0; cut--) {
    const start = bytes.subarray(0, cut)
    if (isUtf8(start)) return start.toString()
  }
  return bytes.subarray(0, beginningBytes).toString()
}

/** A match, with what makes it newer than another one. */
export interface Match {
  readonly order: number
  readonly listed: EventListed
}

/**
 * The newest matches, so many, and where each part goes on behind them.
 * @param rest what was not looked through of each part
 * @param frontier nothing that is newer is in the rest
 */
export function newestOf(
  matches: readonly Match[],
  limit: number,
  rest: readonly Part[],
  frontier: number,
): { readonly events: readonly EventListed[]; readonly rest: readonly Part[] } {
  const sorted = [...matches].sort((a, b) => b.order - a.order || b.listed.offset - a.listed.offset)
  const sure = sorted.filter(({ order }) => order >= frontier).slice(0, limit)
  const left = sorted.slice(sure.length)
  return {
    events: sure.map(({ listed }) => listed),
    rest: rest.map(part => {
      const mine = left.filter(
        ({ listed }) => listed.topic === part.topic && listed.partition === part.partition,
      )
      return { ...part, end: Math.max(part.end, ...mine.map(({ listed }) => listed.offset + 1)) }
    }),
  }
}
