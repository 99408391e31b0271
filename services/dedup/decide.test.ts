// The window as a table: what arrives, in order, and what becomes of it. This table is the specification;
// docs/promises.md links to it. test-lines.ts says how a line is read. Each is decided in one batch, then
// record by record with a commit behind each, then with a crash before each: it makes no difference.
//
//   new = published, copy = dropped as a duplicate, variant = rejected as one, rejected = no event,
//   update = a variant that is published

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import { rawFrameCodec } from '@podpipe/schemas/records.ts'
import { decide, nothingPending } from './decide.ts'
import { createState, type Windows } from './state.ts'
import { createLedger, rawRecord } from './test-ledger.ts'
import { fateOf, readTable } from './test-lines.ts'

const second = 1_000
const hour = 3_600 * second
const day = 24 * hour

/** A live frame looks back an hour, one from the archive three, on whichever clock has gone less far. */
const windows = { live: hour, archive: 3 * hour }

specify(
  '',
  windows,
  'reject',
  `
# The length of the window, and from where it counts.
12:00 a new                                          | the first one is published
12:00 a new; 12:00 a copy                            | a copy right behind it is not
12:00 a new; 12:00 a copy; 12:10 a copy; 12:20 a copy | nor any number of them
12:00 a new; 12:59:59.999 b new; 12:59:59.999 a copy | at 59:59.999 it is a copy
12:00 a new; 13:00 b new; 13:00 a new                | at 60:00.000 it is a new event
12:00 a new; 13:00 b new; 13:00 a new; 13:59 c new; 13:59 a copy | which begins a window of its own
12:00 a new; 12:40 a copy; 13:10 b new; 13:10 a new  | copies do not prolong the window

# What is the same event.
12:00 a new; 12:00 b(12:00) new                      | two ids are two events
12:00 a new; 12:00 audit:a new; 12:01 audit:a copy   | the same id in two services is two events
12:00 a new; 12:00 beta/a new; 12:01 beta/a copy     | the same id in two clusters is two events
12:00 a new; 12:01 a' copy; 12:02 a copy             | other bytes are a copy: the first wins
12:00 a new; 12:01 a(12:00:00.001) variant           | another time of its own makes a variant
12:00 a new; 12:01 a(none) variant                   | so does losing its time
12:00 a(none) new; 12:01 a(12:00) variant            | or finding one
12:00 a new; 12:01 a(12:05) variant; 12:02 a(12:05) variant; 12:03 a copy | a variant is not remembered
12:00 a new; 13:00 b new; 13:00 a(13:00) new         | beyond the window it is a new event

# Disorder.
12:05 b new; 12:05 a(12:00) new; 12:06 a copy        | out of order: whichever comes first
12:00 b new; 12:00 a(10:00) new; 12:59:59.999 a copy | a late event is known by its arrival
12:00 b new; 12:00 a(10:00) new; 13:00 c new; 13:00 a new | until an hour after it
21:00 b new; 21:00 a(12:00) new; 21:30 a copy        | back-fill: it arrives twice at night
12:00 a new; 21:00 a copy; 21:00 b(12:01) new        | an outage: the event clock stood still
12:00 a new; 21:00 a copy; 21:00 b new; 21:00 a new  | until live events move it on

# Times that lie.
12:00 a new; 12:01 b(2100) new; 12:02 a copy; 12:03 b copy | the year 2100 ends no window
12:00 b(2100) new; 12:59 a new; 12:59 b copy; 13:00 c new; 13:00 b new | and is forgotten like any other
12:00 a(1970) new; 12:59 a copy; 13:00 b new; 13:00 a new | a time of zero
12:00 a(1969-12-31) new; 12:59 a copy; 13:00 b new; 13:00 a new | a time before 1970
12:00 a new; 12:01 b(1970) new; 13:00 c new; 13:00 a new | an old event moves no clock back
12:00 a(none) new; 12:59:59.999 a(none) copy; 13:00 a(none) new | no time: its arrival counts
12:00 a new; 12:01 b(17:01) new; 12:02 a copy        | a clock that jumps five hours ahead
12:00 b(17:00) new; 12:01 a(12:01) new; 12:59 b copy; 12:59 a copy | and back again
12:00 a new; 12:01 b(07:01) new; 12:59 a copy; 12:59 b copy | a clock that jumps five hours back
12:00 a new; 13:00 junk rejected; 13:01 a copy       | junk does not move the event clock
12:00 a new; 13:00 b new; 12:30 c new; 12:30 a new   | a broker whose clock goes back

# The archive brings an event hours after its live copy.
12:00 a new; 13:30 b new; 13:30 archive a copy       | an archived copy after 90 minutes
12:00 a new; 13:30 b new; 13:30 reconcile a copy     | a reconciled copy after 90 minutes
12:00 a new; 13:30 b new; 13:30 a new                | a live copy after 90 minutes is new
12:00 a new; 14:59:59.999 b new; 14:59:59.999 archive a copy | an archived copy at 2:59:59.999
12:00 a new; 15:00 b new; 15:00 archive a new        | an archived copy at 3:00:00.000 is new
12:00 a new; 15:00 b new; 15:00 reconcile a new      | a reconciled copy at 3:00:00.000 is new
12:00 archive a new; 13:00 b new; 13:00 a new        | a live copy of an archived event
12:00 a new; 13:30 c new; 13:30 archive a copy; 13:30 archive b(12:00) new; 13:31 archive b copy | what live has missed, once
12:00 a new; 13:30 a(13:30) new; 13:31 archive a(12:00) variant | of two times of an id, the last one counts
12:00 a new; 13:30 b new; 13:30 archive a(12:01) variant | an archived variant
`,
)

specify(
  'variants forwarded: ',
  windows,
  'forward',
  `
# An event is known by its id and its time.
12:00 a new; 12:01 a copy; 13:00 b new; 13:00 a new  | copies are copies, as ever
12:00 a new; 12:01 a(12:05) update                   | a variant is published too
12:00 a new; 12:01 a(12:05) update; 12:02 a(12:05) copy; 12:03 a copy | and is known then, as is the first
12:00 a new; 12:01 a(12:05) update; 12:02 a copy; 12:03 a(12:05) copy; 12:04 a copy | in turns, each is published once
12:00 a new; 12:01 a(12:05) update; 12:02 a(12:06) update; 12:03 a(none) update; 12:04 a(12:06) copy | a third and a fourth
12:00 a new; 12:30 a(12:30) update; 13:00 b new; 13:00 a(12:30) copy; 13:30 c new; 13:30 a(12:30) new | its window is its own
12:00 a new; 12:30 a(12:30) update; 13:00 b new; 13:00 a(12:00) new; 13:01 a(12:30) copy; 13:02 a(12:00) copy | the first is forgotten before it
12:00 a new; 12:01 audit:a(12:05) new; 12:02 a(12:05) update; 12:03 audit:a(12:00) update | each service has its own
12:00 a new; 13:30 a(13:30) new; 13:31 archive a(12:00) copy; 13:32 a(13:30) copy | the archive still knows the first
12:00 a new; 13:30 b new; 13:30 archive a(12:01) update; 14:59 archive a(12:01) copy | an archived variant
`,
)

specify(
  'a window of 10 s: ',
  { live: 10 * second, archive: hour },
  'reject',
  `
12:00 a new; 12:00:09.999 b new; 12:00:09.999 a copy | one millisecond less
12:00 a new; 12:00:10 b new; 12:00:10 a new          | exactly
`,
)

specify(
  'a window of 30 d: ',
  { live: 30 * day, archive: 30 * day },
  'reject',
  `
00:00 a new; 719:59:59.999 b new; 719:59:59.999 a copy | one millisecond less
00:00 a new; 720:00 b new; 720:00 a new                | exactly
`,
)

specify(
  'no longer window for the archive: ',
  { live: hour, archive: hour },
  'reject',
  `
12:00 a new; 13:00 b new; 13:00 archive a new | an hour
`,
)

function specify(about: string, around: Windows, variants: DedupSettings['variants'], table: string): void {
  for (const { name, arrivals, fates } of readTable(table)) {
    test(`${about}${name}: ${fates.join(', ')}`, async () => {
      for (const [cut, size, crashes] of [
        ['in one batch', arrivals.length, false],
        ['record by record', 1, false],
        ['with a crash before each record', 1, true],
      ] as const) {
        const ledger = createLedger(around, () => 1, variants)
        const decided: string[] = []
        for (let at = 0; at < arrivals.length; at += size) {
          if (crashes) await ledger.crash()
          const batch = ledger.commit(arrivals.slice(at, at + size))
          decided.push(...batch.decided.map(({ outcome }) => fateOf(outcome)))
        }
        deepEqual(decided, fates, cut)
      }
    })
  }
}

test('deciding changes nothing but what is pending: the same record decided again has the same outcome', () => {
  const state = createState(windows)
  const record = rawRecord({ id: 'a', eventTime: 0, appendTime: 0, mode: 'live' }, 0)
  const once = decide(record, state, nothingPending(state), rawFrameCodec)
  deepEqual(decide(record, state, nothingPending(state), rawFrameCodec), once)
  equal(once.kind, 'forward')
  equal(state.seen.size, 0)
})
