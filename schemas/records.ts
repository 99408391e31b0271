// The values that travel in podpipe's topics, each with its codec. The .avsc files say what a field means.

import { createCodec } from './codec.ts'
import type { Service } from './service.ts'

/**
 * live = Proofpoint's running stream; archive = an hour fetched from its archive; reconcile = the same, to find what the
 * stream has missed. Over the latter two dedup looks back longer.
 */
export type Mode = 'live' | 'archive' | 'reconcile'

/** Where a raw record's key comes from; see raw-frame.avsc. */
export type Identity = 'event_id' | 'digest' | 'unreadable'

/** One WebSocket frame as Proofpoint sent it. */
export interface RawFrame {
  cluster: string
  service: Service
  connection: string
  sequence: number
  received_at: number
  mode: Mode
  identity: Identity
  event_time: number | null
  frame: Buffer
}

/** An event that is unique within the window. */
export interface Event {
  cluster: string
  service: Service
  id: string
  event_time: number | null
  received_at: number
  raw_partition: number
  raw_offset: number
  payload: Buffer
}

/** One entry of dedup's ledger: what a transaction decided, and what it adds up to since the first. */
export interface SeenBlock {
  next_offset: number
  oldest_block: number
  event_clock: number | null
  append_clock: number | null
  decided: number
  unique: number
  duplicate: number
  rejected: number
  ids: Buffer
  key: Buffer
}

/** A record that could not go on, with its coordinates. */
export interface Rejected {
  topic: string
  partition: number
  offset: number
  reason: string
  error: string
  bytes: Buffer
}

/** That a reject was sent through the whole path once more: noted before, and once Kafka has the record. */
export interface Redriven {
  reject_offset: number
  at: number
  topic: string
  partition: number
  end: number
  is_done: boolean
}

/** An hour to be fetched from the archive: back to start_time, missed in an outage, doubtful after an unclean end, or compared. */
export interface ArchiveHour {
  /** Start of the hour, in milliseconds since 1970. */
  hour: number
  why: 'start' | 'outage' | 'healing' | 'reconcile'
}

/** What could not be fetched any more. */
export interface Gap {
  from: number
  to: number
  why: string
}

/** How far one stream is safe in Kafka, and what is still to be fetched. */
export interface Position {
  received_at: number
  cluster: string
  service: string
  connection: string
  sequence: number
  start_time: string | null
  clean: boolean
  reconciled_to: number | null
  todo: ArchiveHour[]
  gaps: Gap[]
}

/** What happened to a session, what a person did, or figures at one moment: for people to look back on. */
export interface HistoryEntry {
  at: number
  kind: 'sample' | 'session' | 'action'
  subject: string
  what: string
  who: string
  numbers: Record<string, number>
  words: Record<string, string>
}

/** A secret as Kafka may have it; collector.avsc says how it is sealed. */
export interface SealedSecret {
  path: string
  key_id: string
  nonce: Buffer
  sealed: Buffer
}

/** One revision of an input that was defined in the console. */
export interface Collector {
  name: string
  revision: number
  at: number
  by: string
  what: 'added' | 'edited' | 'enabled' | 'disabled' | 'removed' | 'rolled_back'
  from_revision: number | null
  definition: string
  secrets: SealedSecret[]
}

export const rawFrameCodec = createCodec<RawFrame>('raw-frame.avsc')
export const eventCodec = createCodec<Event>('event.avsc')
export const seenBlockCodec = createCodec<SeenBlock>('seen-block.avsc')
export const rejectedCodec = createCodec<Rejected>('rejected.avsc')
export const redrivenCodec = createCodec<Redriven>('redriven.avsc')
export const positionCodec = createCodec<Position>('position.avsc', ['position.v1.avsc'])
export const historyCodec = createCodec<HistoryEntry>('history-entry.avsc')
export const collectorCodec = createCodec<Collector>('collector.avsc')
