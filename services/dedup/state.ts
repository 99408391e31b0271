// What a dedup task knows of its partition: clocks, ids, totals. It changes in one place, when a batch has
// been committed, and can be rebuilt from the ledger at any time.

import { randomBytes } from 'node:crypto'
import {
  createFingerprints,
  createFingerprintWriter,
  type TakeFingerprint,
  type WriteFingerprint,
} from '@podpipe/schemas/id-fingerprint.ts'
import type { RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import { appendTimeOf, countSeenIds, eventTimeOf, noEventTime, viewOf } from '@podpipe/schemas/seen-ids.ts'
import { keyLength } from '@podpipe/schemas/sip-hash.ts'
import { type Block, oldestLiveBlock } from './blocks.ts'
import { createSeenStore, type SeenStore } from './seen/store.ts'
import { type Clocks, clocksBeforeTheFirst, clockTimeAt } from './window.ts'

/** How many records a partition has seen decided since its first, and how. decided = unique + duplicate + rejected. */
export interface Totals {
  readonly decided: number
  readonly unique: number
  readonly duplicate: number
  readonly rejected: number
}

export interface Windows {
  /** How long live frames look back, in milliseconds. */
  readonly live: number
  /** How long archive frames look back, in milliseconds: never less than `live`. */
  readonly archive: number
}

export const noTotals: Totals = { decided: 0, unique: 0, duplicate: 0, rejected: 0 }

/** How far back a frame looks. */
export const windowOf = (windows: Windows, { mode }: Pick<RawFrame, 'mode'>): number =>
  mode === 'live' ? windows.live : windows.archive

/** Where the clocks stood behind a block. */
export const clocksBehind = ({ event_clock, append_clock }: SeenBlock): Clocks => ({
  event: event_clock ?? Number.NEGATIVE_INFINITY,
  append: append_clock ?? Number.NEGATIVE_INFINITY,
})

export interface State {
  readonly seen: SeenStore
  readonly windows: Windows
  /** The key of the ledger's fingerprints; a ledger without blocks gets a new one. */
  key: Buffer
  fingerprintOf: TakeFingerprint
  writeFingerprint: WriteFingerprint
  clocks: Clocks
  totals: Totals
  /** The first raw offset that is not decided; none before the first block. */
  nextOffset: number | undefined
  /** The ledger's blocks that may hold live ids, oldest first. */
  blocks: Block[]
}

export function createState(windows: Windows): State {
  const key = randomBytes(keyLength)
  return {
    seen: createSeenStore(),
    windows,
    key,
    fingerprintOf: createFingerprints(key),
    writeFingerprint: createFingerprintWriter(key),
    clocks: clocksBeforeTheFirst,
    totals: noTotals,
    nextOffset: undefined,
    blocks: [],
  }
}

/**
 * Adds a committed block that was just written, and forgets a part of what the window has passed.
 * @param offset where the block lies in the seen topic
 * @throws Error when its fingerprints were taken under another key than those before it
 */
export function applyBlock(state: State, block: SeenBlock, offset: number): void {
  addBlock(state, block, offset)
  forgetPassed(state)
}

/** Adds a committed block, whether it was just written or is read back: both ways lead to the same state. */
export function addBlock(state: State, block: SeenBlock, offset: number): void {
  if (!block.key.equals(state.key)) adopt(state, block.key)
  state.seen.addAll(block.ids)
  state.totals = {
    decided: block.decided,
    unique: block.unique,
    duplicate: block.duplicate,
    rejected: block.rejected,
  }
  state.nextOffset = block.next_offset
  state.clocks = clocksBehind(block)
  if (block.ids.length > 0) state.blocks.push({ offset, reach: reachOf(block) })
}

/** The highest times of a block's ids on both clocks. */
function reachOf(block: SeenBlock): Clocks {
  const ids = viewOf(block.ids)
  let event = Number.NEGATIVE_INFINITY
  let append = Number.NEGATIVE_INFINITY
  for (let id = countSeenIds(block.ids) - 1; id >= 0; id--) {
    const [eventTime, appendTime] = [eventTimeOf(ids, id), appendTimeOf(ids, id)]
    event = Math.max(event, clockTimeAt(eventTime === noEventTime ? null : eventTime, appendTime))
    append = Math.max(append, appendTime)
  }
  return { event, append }
}

/** Forgets what the longest window has passed over, which is needed by nobody: blocks, and some of the ids. */
export function forgetPassed(state: State): void {
  const { clocks, windows } = state
  state.seen.expire(clocks, windows.archive)
  const passed = oldestLiveBlock(state.blocks, clocks, windows.archive)
  if (passed > 0) state.blocks = state.blocks.slice(passed)
}

// The first block that is read back brings the key of its ledger.
function adopt(state: State, key: Buffer): void {
  if (state.seen.size > 0) {
    throw new Error(
      'Two blocks of a ledger have different keys: somebody has written to the seen topic beside dedup. Delete what was written, or the whole topic; then events of the last hours can be published a second time.',
    )
  }
  state.key = Buffer.from(key)
  state.fingerprintOf = createFingerprints(state.key)
  state.writeFingerprint = createFingerprintWriter(state.key)
}
