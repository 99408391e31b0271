// The state of a partition: kept up batch by batch, read back from the ledger, and compared with a model that
// remembers everything for ever.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { randomBelow } from '@podpipe/runtime/test-random.ts'
import { ledgerTime } from '@podpipe/schemas/seen-ids.ts'
import { createState, type State, type Windows } from './state.ts'
import { type Arrival, createLedger } from './test-ledger.ts'
import { clocksBeforeTheFirst, isLive } from './window.ts'

const windows: Windows = { live: 100, archive: 300 }

const live = (id: string, time: number): Arrival => ({ id, eventTime: time, appendTime: time, mode: 'live' })

/** Whether it matters: the table may hold for a while what no window reaches any more. */
const remembers = ({ seen, fingerprintOf, clocks, windows }: State, id: string): boolean => {
  const known = seen.find(fingerprintOf('acme', 'message', Buffer.from(id)))
  return known !== undefined && isLive(known, clocks, windows.archive)
}

const withoutIds = ({ clocks, totals, nextOffset, blocks }: State): object => ({
  clocks,
  totals,
  nextOffset,
  blocks,
})

test('a committed block moves totals, offset, clocks and ids on', () => {
  const ledger = createLedger(windows)
  ledger.commit([live('a', 10), { ...live('a', 10), appendTime: 11 }, { ...live('x', 12), unreadable: true }])
  const { state } = ledger
  deepEqual(withoutIds(state), {
    clocks: { event: 10, append: 12 },
    totals: { decided: 3, unique: 1, duplicate: 1, rejected: 1 },
    nextOffset: 3,
    blocks: [{ offset: 0, reach: { event: 10, append: 10 } }],
  })
  equal(remembers(state, 'a'), true)
  equal(state.seen.size, 1)
})

test('a block without ids needs no reading back, but its totals and clocks count', () => {
  const ledger = createLedger(windows)
  ledger.commit([{ ...live('x', 12), unreadable: true }])
  deepEqual(withoutIds(ledger.state), {
    clocks: { ...clocksBeforeTheFirst, append: 12 },
    totals: { decided: 1, unique: 0, duplicate: 0, rejected: 1 },
    nextOffset: 1,
    blocks: [],
  })
})

test('what both clocks have passed by the longest window is forgotten, ids and blocks alike', () => {
  const ledger = createLedger(windows)
  ledger.commit([live('a', 0)])
  ledger.commit([live('b', 299)])
  deepEqual([remembers(ledger.state, 'a'), ledger.state.blocks.length], [true, 2])
  ledger.commit([live('c', 300)])
  deepEqual([remembers(ledger.state, 'a'), ledger.state.blocks.length], [false, 2])
})

test('a block names the oldest one that recovery needs', () => {
  const ledger = createLedger(windows)
  for (const time of [0, 100, 200, 300, 400]) ledger.commit([live(`at ${time}`, time)])
  deepEqual(
    ledger.blocks.map(({ offset, block }) => [offset, block.oldest_block]),
    [
      [0, -1],
      [2, 0],
      [4, 0],
      [6, 0],
      [8, 2],
    ],
  )
})

test('an empty ledger recovers to a state that knows nothing', async () => {
  deepEqual(withoutIds(await createLedger(windows).recovered()), withoutIds(createState(windows)))
})

test('what is read back equals what was kept up, also behind many aborted transactions', async () => {
  for (const markers of [1, 50, 500]) {
    const ledger = createLedger(windows, () => markers)
    for (let time = 0; time < 1_000; time += 30) ledger.commit([live(`at ${time}`, time), live('a', time)])
    const recovered = await ledger.recovered()
    deepEqual(withoutIds(recovered), withoutIds(ledger.state))
    for (let time = 0; time < 1_000; time += 30) {
      equal(remembers(recovered, `at ${time}`), remembers(ledger.state, `at ${time}`))
    }
  }
})

/** The window as the design says it, with a list of everything that was ever accepted. */
function createModel({ live, archive }: Windows): (arrival: Arrival) => string {
  const accepted = new Map<string, { own: number | null; event: number; append: number }>()
  let event = Number.NEGATIVE_INFINITY
  let append = Number.NEGATIVE_INFINITY
  return ({ id, eventTime, appendTime, mode, unreadable }) => {
    append = Math.max(append, appendTime)
    if (unreadable) return 'not_json'
    const own = ledgerTime(eventTime)
    const onClock = Math.min(own ?? appendTime, appendTime)
    event = Math.max(event, onClock)
    const window = mode === 'archive' ? archive : live
    const known = accepted.get(id)
    if (known !== undefined && (event - known.event < window || append - known.append < window)) {
      return known.own === own ? 'duplicate' : 'variant'
    }
    accepted.set(id, { own, event: onClock, append: appendTime })
    return 'forward'
  }
}

/** A schedule like real ones: copies, disorder, outages, back-fill, clocks that lie, junk. */
function schedule(random: (below: number) => number, length: number, ids: number): Arrival[] {
  const arrivals: Arrival[] = []
  let now = 1_000_000
  while (arrivals.length < length) {
    now += random(20) < 1 ? Math.floor(random(400)) : Math.floor(random(8))
    const id = `id ${Math.floor(random(ids))}`
    const kind = random(20)
    // Most ids have one time for ever, so that their copies are duplicates and not variants.
    const eventTime =
      kind < 1
        ? null
        : kind < 2
          ? now + Math.floor(random(1e6))
          : kind < 4
            ? now - Math.floor(random(2_000))
            : kind < 5
              ? -Math.floor(random(2 ** 50))
              : kind < 12
                ? now - (now % 500)
                : now - Math.floor(random(30))
    arrivals.push({
      id,
      eventTime,
      appendTime: now,
      mode: random(4) < 1 ? 'archive' : 'live',
      unreadable: random(30) < 1,
    })
  }
  return arrivals
}

test('any schedule in any batches with any crashes is decided as by a model that forgets nothing', async t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; SEED=${seed} repeats it`)
  const random = randomBelow(seed)
  const seenKinds = new Set<string>()
  for (let run = 0; run < 60; run++) {
    const liveWindow = 20 + Math.floor(random(400))
    const windows = { live: liveWindow, archive: liveWindow + Math.floor(random(800)) }
    const ledger = createLedger(windows, () => 1 + Math.floor(random(4)))
    const model = createModel(windows)
    const arrivals = schedule(random, 400, 3 + Math.floor(random(60)))
    for (let at = 0; at < arrivals.length; ) {
      const batch = arrivals.slice(at, at + 1 + Math.floor(random(25)))
      const where = `seed ${seed}, run ${run}, records ${at} to ${at + batch.length}`
      const expected = batch.map(model)
      const actual = ledger
        .commit(batch)
        .decided.map(({ outcome }) => (outcome.kind === 'forward' ? outcome.kind : outcome.reason))
      deepEqual(actual, expected, where)
      for (const kind of actual) seenKinds.add(kind)
      at += batch.length
      const { decided, unique, duplicate, rejected } = ledger.state.totals
      equal(decided, at, where)
      equal(decided, unique + duplicate + rejected, where)
      if (random(4) >= 1) continue
      const kept = withoutIds(ledger.state)
      await ledger.crash()
      deepEqual(withoutIds(ledger.state), kept, where)
    }
  }
  // A schedule in which nothing ever happens would prove nothing.
  ok(seenKinds.size === 4, [...seenKinds].join())
})
