// The ledger of what the Proofpoint simulator sent: one entry for each distinct content.
// Together with the counts of the Devo simulator it proves what was lost, changed or doubled.

import { hash } from 'node:crypto'
import type { EventType } from '../events/events.ts'
import type { FrameKind } from './frame.ts'

export interface LedgerEntry {
  type: EventType
  kind: FrameKind
  /** Times sent, over all sessions. */
  sent: number
}

export interface LedgerCounts {
  /** Frames sent in all. */
  sent: number
  /** Distinct contents with a JSON object inside, with an id or without: what should come out once. */
  events: number
  /** Of these, the ones without an id. */
  noId: number
  /** Frames that repeated the content of an earlier one of these. */
  duplicates: number
  /** Frames without a JSON object inside, repeated ones included. */
  junk: number
}

export interface Ledger {
  record(type: EventType, kind: FrameKind, bytes: Buffer): void
  counts(): LedgerCounts
  /** All entries with their SHA-256 in hex, see `contentHash`. */
  entries(): Iterable<[hash: string, entry: Readonly<LedgerEntry>]>
  /** The entry of a hash in hex, if such content was sent. */
  get(hash: string): Readonly<LedgerEntry> | undefined
}

/**
 * The SHA-256 of a frame's bytes in hex. One line feed at the very end does not count:
 * on its way to Devo it becomes the end of the line.
 */
export function contentHash(bytes: Buffer): string {
  return hash('sha256', withoutLineEnd(bytes), 'hex')
}

/** Makes an empty ledger. It holds about 200 bytes for each distinct content, whatever the content's size. */
export function createLedger(): Ledger {
  // Keys are the 32 raw bytes of the hash, one character each: half the memory of hex.
  const entries = new Map<string, LedgerEntry>()
  const counts: LedgerCounts = { sent: 0, events: 0, noId: 0, duplicates: 0, junk: 0 }

  return {
    record(type, kind, bytes) {
      const key = hash('sha256', withoutLineEnd(bytes), 'binary')
      const known = entries.get(key)
      counts.sent++
      if (kind === 'junk') counts.junk++
      else if (known) counts.duplicates++
      else counts.events++
      if (kind === 'noId' && !known) counts.noId++
      if (known) known.sent++
      else entries.set(key, { type, kind, sent: 1 })
    },
    counts: () => ({ ...counts }),
    *entries() {
      for (const [key, entry] of entries) yield [Buffer.from(key, 'latin1').toString('hex'), entry]
    },
    get: hex => entries.get(Buffer.from(hex, 'hex').toString('latin1')),
  }
}

function withoutLineEnd(bytes: Buffer): Buffer {
  return bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes
}
