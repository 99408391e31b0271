// A process that remembers ids as a dedup task does and says what that took. One id in ten is known, every id
// arrives a millisecond after the one before, and the window is as long as the table is to be large.

import { randomBytes } from 'node:crypto'
import { createSeenStore } from '@podpipe/dedup/seen/store.ts'
import { isLive } from '@podpipe/dedup/window.ts'
import { createFingerprints } from '@podpipe/schemas/id-fingerprint.ts'
import { readMemory } from './proc.ts'

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
const decisions = 3_000_000
const everyKnown = 10
const warmUp = 200_000
const idLength = 36

const { ids } = JSON.parse(process.argv[2] ?? '{}') as { ids: number }
const fingerprintOf = createFingerprints(randomBytes(16))
const id = Buffer.alloc(idLength, '0')
const numbered = (number: number): Buffer => {
  id.writeUInt32LE(number, 8)
  return id
}

/** Decides about ids one after the other, from a number on. */
function decide(store: ReturnType<typeof createSeenStore>, from: number, count: number, window: number) {
  let next = from
  let known = 0
  let longestPause = 0
  for (let at = 1; at <= count; at++) {
    const isCopy = at % everyKnown === 0
    const number = isCopy ? next - 1 - ((at * 7_919) % Math.min(next - 1, window >>> 1)) : next++
    const clocks = { event: begun + next, append: begun + next }
    const fingerprint = fingerprintOf('acme_hosted', 'message', numbered(number))
    const before = store.find(fingerprint)
    if (before !== undefined && isLive(before, clocks, window)) known++
    else store.add(fingerprint, begun + number - 3_000, begun + number)
    if (at % batch !== 0) continue
    const since = performance.now()
    store.expire(clocks, window)
    longestPause = Math.max(longestPause, performance.now() - since)
  }
  return { next, known, longestPause }
}

// Compiled code and the first steps of the heap are no memory of ids.
decide(createSeenStore(), 1, warmUp, warmUp)
const store = createSeenStore()
const before = readMemory(process.pid).resident
for (let number = 1; number <= ids; number++) {
  const fingerprint = fingerprintOf('acme_hosted', 'message', numbered(number))
  store.add(fingerprint, begun + number - 3_000, begun + number)
}
const bytesPerId = (readMemory(process.pid).resident - before) / ids
const faults = store.size === ids ? [] : [`Of ${ids} different ids ${store.size} were remembered.`]

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
