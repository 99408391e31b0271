// The decisions of dedup against an oracle that takes the definition at its word: it keeps everything it ever
// accepted in a plain list and looks through all of it for every record. However records are cut into batches,
// and wherever the state is lost and read back from the ledger, the decisions are the same.

import { deepEqual, ok } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import { randomBelow } from '@podpipe/runtime/test-random.ts'
import type { Mode } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Windows } from './state.ts'
import { type Arrival, createLedger } from './test-ledger.ts'
import { fateOf } from './test-lines.ts'

const schedules = Number(process.env.SCHEDULES ?? 1_000)
const longest = 120

type Random = (below: number) => number

const pick = <Value>(random: Random, values: readonly [Value, ...Value[]]): Value =>
  values[Math.floor(random(values.length))] ?? values[0]

/** What becomes of each record of a schedule, by the definition of ADR 2. */
function oracle(
  arrivals: readonly Arrival[],
  windows: Windows,
  variants: DedupSettings['variants'],
): string[] {
  interface Accepted {
    readonly name: string
    readonly own: number | null
    /** Where it stands on the event clock: never ahead of its arrival, and at it where it has no time. */
    readonly onClock: number
    readonly append: number
  }
  const accepted: Accepted[] = []
  let eventClock = Number.NEGATIVE_INFINITY
  let appendClock = Number.NEGATIVE_INFINITY
  return arrivals.map(({ id, cluster, service, eventTime: own, appendTime: append, mode, unreadable }) => {
    appendClock = Math.max(appendClock, append)
    if (unreadable) return 'rejected'
    const onClock = Math.min(own ?? append, append)
    eventClock = Math.max(eventClock, onClock)
    const window = mode === 'live' ? windows.live : windows.archive
    const isWithin = (each: Accepted): boolean =>
      eventClock - each.onClock < window || appendClock - each.append < window
    const name = `${cluster}/${service}/${id}`
    const sameId = accepted.filter(each => each.name === name)
    const take = (fate: string): string => {
      accepted.push({ name, own, onClock, append })
      return fate
    }
    if (variants === 'forward')
      return sameId.some(each => each.own === own && isWithin(each)) ? 'copy' : take('new')
    // Of several times of an id, the one accepted last counts.
    const last = sameId.at(-1)
    if (last === undefined || !isWithin(last)) return take('new')
    return last.own === own ? 'copy' : 'variant'
  })
}

/** A schedule like real ones: copies, disorder, outages, back-fill, clocks that lie and jump, variants, junk. */
function schedule(random: Random, length: number): Arrival[] {
  const ids = 2 + Math.floor(random(20))
  const ownTimes = new Map<string, number | null>()
  const changeable = pick(random, [0, 0.02, 0.2])
  let now = 1_000_000
  let producer = 0
  return Array.from({ length }, () => {
    const step = random(1)
    now +=
      step < 0.03 ? Math.floor(random(900)) : step < 0.06 ? -Math.floor(random(30)) : Math.floor(random(9))
    if (random(1) < 0.02) producer = Math.floor(random(2_000) - 1_000)
    const id = `id ${Math.floor(random(ids))}`
    const cluster = pick(random, ['acme', 'acme', 'beta'])
    const service: Service = pick(random, ['message', 'message', 'audit'])
    const name = `${cluster}/${service}/${id}`
    let eventTime = ownTimes.get(name)
    const change = random(1)
    if (eventTime === undefined || change < changeable) {
      const kind = random(1)
      eventTime =
        kind < 0.05
          ? null
          : kind < 0.1
            ? Date.UTC(2100, 0)
            : kind < 0.15
              ? pick(random, [0, -1, -Math.floor(random(2 ** 46))])
              : kind < 0.3
                ? now - Math.floor(random(2_000))
                : now + producer - Math.floor(random(40))
      ownTimes.set(name, eventTime)
    } else if (change < 2 * changeable) {
      // Once, and then the old one again: variants that take turns.
      eventTime = eventTime === null ? now : eventTime - (eventTime % 2 === 0 ? 1 : -1)
    }
    const mode: Mode = pick(random, ['live', 'live', 'live', 'archive', 'reconcile'])
    return { id, cluster, service, eventTime, appendTime: now, mode, unreadable: random(1) < 0.03 }
  })
}

interface Run {
  readonly decided: string[]
  readonly accepted: number
  readonly remembered: number
}

/** Decides a schedule, cut into batches of random sizes, with a crash behind some of them. */
async function run(
  arrivals: readonly Arrival[],
  windows: Windows,
  variants: DedupSettings['variants'],
  cuts: { random: Random; largest: number; crashes: number },
): Promise<Run> {
  const { random, largest, crashes } = cuts
  const ledger = createLedger(windows, () => 1 + Math.floor(random(3)), variants)
  const decided: string[] = []
  while (decided.length < arrivals.length) {
    if (random(1) < crashes) await ledger.crash()
    const size = 1 + Math.floor(random(largest))
    const batch = ledger.commit(arrivals.slice(decided.length, decided.length + size))
    decided.push(...batch.decided.map(({ outcome }) => fateOf(outcome)))
  }
  const { state } = ledger
  return { decided, accepted: state.totals.unique, remembered: state.seen.size }
}

for (const variants of ['reject', 'forward'] as const) {
  test(`${schedules} random schedules are decided as by a list of all that was accepted, variants: ${variants}`, async t => {
    const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
    t.diagnostic(`seed ${seed}; SEED=${seed} repeats it, SCHEDULES=${schedules} sets how many`)
    const random = randomBelow(seed)
    const found = new Map<string, number>()
    let forgotten = 0
    for (let each = 0; each < schedules; each++) {
      const live = 20 + Math.floor(random(300))
      const windows = { live, archive: live + Math.floor(random(600)) }
      const arrivals = schedule(random, 1 + Math.floor(random(longest)))
      const expected = oracle(arrivals, windows, variants)
      const whole = await run(arrivals, windows, variants, { random, largest: longest * 9, crashes: 0 })
      const cut = await run(arrivals, windows, variants, { random, largest: 12, crashes: 0 })
      const crashed = await run(arrivals, windows, variants, { random, largest: 20, crashes: 0.2 })
      const where = `seed ${seed}, schedule ${each}`
      // The oracle does not tell variants that are published from other events.
      const asOracle = whole.decided.map(fate => (fate === 'update' ? 'new' : fate))
      deepEqual(asOracle, expected, where)
      deepEqual(cut.decided, whole.decided, `${where}: in other batches`)
      deepEqual(crashed.decided, whole.decided, `${where}: with crashes`)
      for (const fate of whole.decided) found.set(fate, (found.get(fate) ?? 0) + 1)
      forgotten += cut.accepted - cut.remembered
    }
    t.diagnostic(
      `${[...found].map(([fate, count]) => `${fate} ${count}`).join(', ')}, forgotten ${forgotten}`,
    )
    // Schedules in which nothing ever happens would prove nothing.
    const kinds =
      variants === 'reject' ? ['copy', 'new', 'rejected', 'variant'] : ['copy', 'new', 'rejected', 'update']
    deepEqual([...found.keys()].sort(), kinds)
    ok(forgotten > 0)
  })
}
