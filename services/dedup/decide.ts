// The heart of dedup: the fate of one raw record. No I/O and no clock; it reads the state of the partition
// and notes only what is pending in the batch at hand.

import { isUtf8 } from 'node:buffer'
import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { drop, forward, type Outcome, type Reject, reject } from '@podpipe/runtime/outcome.ts'
import { type Codec, UnknownSchemaError } from '@podpipe/schemas/codec.ts'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { type FrameFacts, readFacts } from '@podpipe/schemas/raw-in-place.ts'
import type { Mode, RawFrame } from '@podpipe/schemas/records.ts'
import { ledgerTime } from '@podpipe/schemas/seen-ids.ts'
import type { LookAhead } from './look-ahead.ts'
import { createPendingIds, type PendingIds } from './pending.ts'
import { printable } from './printable.ts'
import { type State, windowOf } from './state.ts'
import { advance, isLive, type Remembered } from './window.ts'

/** What the ledger remembers of an event that is to be published, and under which fingerprint. */
export interface Accepted {
  readonly fingerprint: Fingerprint
  readonly known: Remembered
  /** The event's id. */
  readonly key: Buffer
  readonly mode: Mode
  /** Its id was known with another time of its own; only where variants are forwarded. */
  readonly isVariant: boolean
}

/** What the batch at hand adds to the state before it is committed. */
export interface Pending {
  readonly ids: PendingIds
  clocks: State['clocks']
}

const duplicate = drop('duplicate')

/** @param before what was pending in a batch that is remembered, or given up; it is used again */
export function nothingPending({ clocks }: State, before?: Pending): Pending {
  before?.ids.clear()
  return { ids: before?.ids ?? createPendingIds(), clocks }
}

/**
 * Decides about a record: the first copy within the window is forwarded, later ones are dropped, what cannot
 * be read is rejected.
 * @param variants what becomes of an event that comes again within the window with another time of its own.
 * With `forward` an event is known by its id and its time: a second time of an id is remembered under a
 * fingerprint of both, beside the first one under the id's own.
 * @param ahead what was looked up before, if anything; it changes no decision
 */
export function decide(
  record: KafkaRecord,
  state: State,
  pending: Pending,
  codec: Codec<RawFrame>,
  variants: DedupSettings['variants'] = 'reject',
  ahead?: LookAhead,
): Outcome<Accepted> {
  const read = readRaw(record, codec)
  if ('kind' in read) {
    // It is no event, so it moves the append clock only.
    const arrival = { eventTime: Number.NEGATIVE_INFINITY, appendTime: record.timestamp }
    pending.clocks = advance(pending.clocks, arrival)
    return read
  }

  const { frame, key } = read
  const known: Remembered = { eventTime: ledgerTime(frame.event_time), appendTime: record.timestamp }
  pending.clocks = advance(pending.clocks, known)
  const window = windowOf(state.windows, frame)
  const lookedUp = ahead?.take(record, frame.cluster, frame.service)
  let fingerprint = lookedUp?.fingerprint ?? state.fingerprintOf(frame.cluster, frame.service, key)
  const before =
    lookedUp === undefined
      ? find(fingerprint, state, pending)
      : (pending.ids.find(fingerprint) ?? lookedUp.before)
  const isVariant = isKnown(before, pending, window) && before.eventTime !== known.eventTime
  if (isKnown(before, pending, window) && !isVariant) return duplicate
  if (isVariant && variants === 'reject') {
    return reject(
      'variant',
      `The event ${printable(key.toString())} was already published with another time of its own (${time(before.eventTime)}, now ${time(known.eventTime)}): perhaps an update of it. It is kept here and not published again.`,
    )
  }
  if (variants === 'forward') {
    const ofVariant = state.fingerprintOf(
      frame.cluster,
      frame.service,
      withTime(key.toString(), known.eventTime),
    )
    if (isKnown(find(ofVariant, state, pending), pending, window)) return duplicate
    // The id's own place is taken while anybody could still look it up there, in whatever mode.
    const isTaken = isKnown(before, pending, state.windows.archive) && before.eventTime !== known.eventTime
    if (isTaken) fingerprint = ofVariant
  }

  pending.ids.add(fingerprint, known)
  return forward({ fingerprint, known, key, mode: frame.mode, isVariant })
}

const find = (id: Fingerprint, state: State, pending: Pending): Remembered | undefined =>
  pending.ids.find(id) ?? state.seen.find(id)

const isKnown = (found: Remembered | undefined, { clocks }: Pending, window: number): found is Remembered =>
  found !== undefined && isLive(found, clocks, window)

/** What stands for an id together with its time where an id has several. */
export const withTime = (id: string, eventTime: number | null): Buffer => Buffer.from(`${id}\0${eventTime}`)

/** What a raw record says of its frame, and the id of its event; or why it has none. */
function readRaw(record: KafkaRecord, codec: Codec<RawFrame>): { frame: FrameFacts; key: Buffer } | Reject {
  const value = record.value ?? Buffer.alloc(0)
  let frame: FrameFacts
  try {
    frame = readFacts(value, codec)
    if (frame.identity === 'unreadable') return reject('not_json', explain(codec.decode(value).frame))
  } catch (error) {
    return reject(error instanceof UnknownSchemaError ? 'unknown_schema' : 'undecodable', reasonOf(error))
  }
  const { key } = record
  // Two records without a key, or whose keys become the same text, would pass for copies of one event.
  if (key === null || key.length === 0 || !isUtf8(key)) {
    const found =
      key === null || key.length === 0 ? 'no key' : `a key of ${key.length} bytes that are no text`
    return reject(
      'no_id',
      `The record has ${found}, and the key is the event's id. ingest always writes one: find out who else writes to the topic.`,
    )
  }
  return { frame, key }
}

function explain(frame: Buffer): string {
  if (frame.length === 0) return 'The frame is empty, and Proofpoint sends one JSON object a frame.'
  return `The frame of ${frame.length} bytes is no JSON object, and Proofpoint sends one JSON object a frame.`
}

const time = (value: number | null): string =>
  value === null || Math.abs(value) > 8.64e15 ? String(value ?? 'none') : new Date(value).toISOString()
