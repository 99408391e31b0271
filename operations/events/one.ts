// One event by its place, with its bytes.

import { isUtf8 } from 'node:buffer'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import { OffsetGoneError } from '@podpipe/runtime/kafka/read/fetch-loop.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { type Shown, showOf } from '../tap/shown.ts'
import type { Stage } from '../tap/stages.ts'
import { serviceOf } from './asked.ts'
import { type EventListed, listedOf } from './listed.ts'

/** What a page shows of an event at once; the whole is there as a file. */
const mostText = 256 * 1024
const mostBytes = 16 * 1024

/** An event with what it carries: keys are only ever added. */
export interface EventShown extends EventListed {
  /** Its bytes as text, as far as they are that; null without the right to see them, and where there are none. */
  readonly text: string | null
  /** The first of its bytes. */
  readonly base64: string | null
  /** Whether the text is all of it. */
  readonly isWhole: boolean
}

export interface EventPlace {
  readonly stage: Stage
  /** Of rejects, which lie together, it says nothing. */
  readonly service: Service
  readonly partition: number
  readonly offset: number
}

/** @returns undefined where no committed record lies there: a mark of a transaction, or retention has deleted it */
export async function readEvent(
  { fetcher, topics }: { readonly fetcher: RangeReader; readonly topics: Topics },
  { stage, service, partition, offset }: EventPlace,
  signal: AbortSignal,
): Promise<{ readonly shown: Shown; readonly service: string | undefined } | undefined> {
  const { topic, show } = showOf(stage, service, topics)
  const place = { topic, partition }
  const { start, end } = await fetcher.offsets(place)
  if (offset < start || offset >= end) return undefined
  const record = await recordAt(fetcher, place, offset, signal)
  if (record === undefined) return undefined
  const shown = show(record)
  return { shown, service: stage === 'rejected' ? serviceOf(shown, topics) : service }
}

/** The event as a page shows it. */
export function shownOf(
  stage: Stage,
  { shown, service }: { readonly shown: Shown; readonly service: string | undefined },
  withContent: boolean,
): EventShown {
  const bytes = withContent ? shown.bytes : undefined
  const text = bytes === undefined ? null : textOf(bytes)
  return {
    ...listedOf(stage, service, shown, withContent),
    text,
    base64: bytes?.subarray(0, mostBytes).toString('base64') ?? null,
    isWhole: bytes === undefined || bytes.length <= mostText,
  }
}

function textOf(bytes: Buffer): string {
  for (let cut = Math.min(bytes.length, mostText); cut > mostText - 4 && cut > 0; cut--) {
    const start = bytes.subarray(0, cut)
    if (isUtf8(start)) return start.toString()
  }
  // Not text as a whole; what is none shows as such.
  return bytes.subarray(0, mostText).toString()
}

async function recordAt(
  fetcher: RangeReader,
  place: { readonly topic: string; readonly partition: number },
  offset: number,
  signal: AbortSignal,
): Promise<KafkaRecord | undefined> {
  const reader = closedBy(fetcher, signal).open(place, offset, 64 * 1024)
  try {
    const { records } = await reader.take({ maxRecords: 1, wait: 0 })
    return records.find(record => record.offset === offset)
  } catch (error) {
    if (error instanceof OffsetGoneError) return undefined
    throw error
  } finally {
    reader.close()
  }
}
