// A process that remembers ids as a dedup task does and says what that took. They come in batches: all of a batch are
// looked up at once, decided one by one, and what is new is packed as for the ledger and remembered. One id in ten is
// known, every id arrives a millisecond after the one before, and the window is as long as the table is to be large.

import { randomBytes } from 'node:crypto'
import { createPendingIds } from '@podpipe/dedup/pending.ts'
import { createSeenStore, rememberedAt, type SeenStore } from '@podpipe/dedup/seen/store.ts'
import { isLive } from '@podpipe/dedup/window.ts'
import { createFingerprintWriter } from '@podpipe/schemas/id-fingerprint.ts'
import { packSeenIds, type SeenId } from '@podpipe/schemas/seen-ids.ts'
import { readMemory } from '../proc.ts'

/** What it says. */
export interface Remembering {
  readonly bytesPerId: number
  readonly decisionsPerSecond: number
  /** The longest call that forgets, in milliseconds; one comes with each batch. */
  readonly longestPause: number
  readonly faults: readonly string[]
}

const begun = Date.UTC(2026, 0)
const batch = 2_000
const filled = 50
const decisions = 3_000_000
const everyKnown = 10
const warmUp = 200_000
const idLength = 36

const { ids } = JSON.parse(process.argv[2] ?? '{}') as { ids: number }
const writeFingerprint = createFingerprintWriter(randomBytes(16))
const id = Buffer.alloc(idLength, '0')
const words = new Int32Array(3 * batch)
const found = new Float64Array(2 * batch)
const numbers = new Float64Array(batch)
const pending = createPendingIds()

const fingerprintAt = (at: number): SeenId['fingerprint'] => {
  const third = words[3 * at + 2] ?? 0
  return {
    place: third >>> 16,
    first: words[3 * at] ?? 0,
    second: words[3 * at + 1] ?? 0,
    third: third & 0xffff,
  }
}
const take = (at: number, number: number): void => {
  id.writeUInt32LE(number, 8)
  numbers[at] = number
  writeFingerprint('acme_hosted', 'message', id, words, 3 * at)
}
const timesOf = (number: number) => ({ eventTime: begun + number - 3_000, appendTime: begun + number })

/** Decides about one batch. @returns how many were known */
function decideBatch(store: SeenStore, clocks: { event: number; append: number }, window: number): number {
  store.findAll(words, batch, found)
  pending.clear()
  const accepted: SeenId[] = []
  let known = 0
  for (let at = 0; at < batch; at++) {
    const fingerprint = fingerprintAt(at)
    const before = pending.find(fingerprint) ?? rememberedAt(found, at)
    if (before !== undefined && isLive(before, clocks, window)) {
      known++
      continue
    }
    const times = timesOf(numbers[at] ?? 0)
    pending.add(fingerprint, times)
    accepted.push({ fingerprint, eventTime: times.eventTime, appendTime: times.appendTime })
  }
  store.addAll(packSeenIds(accepted))
  return known
}

/** Decides about ids, from a number on. */
function decide(store: SeenStore, from: number, count: number, window: number) {
  let next = from
  let known = 0
  let longestPause = 0
  for (let done = 0; done < count; done += batch) {
    for (let at = 0; at < batch; at++) {
      const isCopy = at % everyKnown === everyKnown - 1
      take(at, isCopy ? next - 1 - (((done + at) * 7_919) % Math.min(next - 1, window >>> 1)) : next++)
    }
    const clocks = { event: begun + next, append: begun + next }
    known += decideBatch(store, clocks, window)
    const since = performance.now()
    store.expire(clocks, window)
    longestPause = Math.max(longestPause, performance.now() - since)
  }
  return { next, known, longestPause }
}

/** Remembers new ids in blocks so small that they leave nothing else in memory. */
function fill(store: SeenStore, count: number): void {
  const block: SeenId[] = []
  for (let number = 1; number <= count; number++) {
    take(0, number)
    block.push({ fingerprint: fingerprintAt(0), ...timesOf(number) })
    if (block.length === filled || number === count) store.addAll(packSeenIds(block.splice(0)))
  }
}

// Compiled code and the first steps of the heap are no memory of ids. This table stays until the end, so that nothing of
// its memory becomes that of the other one.
const first = createSeenStore()
fill(first, warmUp)
decide(first, warmUp + 1, warmUp, warmUp)
const store = createSeenStore()
const before = readMemory(process.pid).resident
fill(store, ids)
const bytesPerId = (readMemory(process.pid).resident - before) / ids
const faults =
  store.size === ids && first.size > 0 ? [] : [`Of ${ids} different ids ${store.size} were remembered.`]

// As in a window that has long been full: for each new id an old one goes.
const settled = decide(store, ids + 1, decisions, ids)
const cpu = process.cpuUsage()
const { known, longestPause } = decide(store, settled.next, decisions, ids)
const { user, system } = process.cpuUsage(cpu)
if (known !== Math.floor(decisions / everyKnown)) {
  faults.push(`Of ${decisions / everyKnown} copies ${known} were known.`)
}
process.send?.({
  bytesPerId,
  decisionsPerSecond: (decisions * 1e6) / (user + system),
  longestPause,
  faults,
} satisfies Remembering)
