// Whose turn it is with one key: live and archive on one session, and live never away for too long.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Coverage, hour, nothingCovered } from './coverage.ts'
import { nextStep, type Step, type Turn } from './schedule.ts'

const minute = 60_000
const noon = Date.UTC(2026, 0, 15, 12)
const pace = { liveTurn: 5 * minute, archiveTurn: 40 * minute }
const never = Number.NEGATIVE_INFINITY

/** Covered until so many minutes before noon, with hours to fetch that begin so many hours before it. */
const state = (minutesBehind: number, hours: number[]): Coverage => ({
  ...nothingCovered,
  until: noon - minutesBehind * minute,
  todo: hours.map(each => ({ hour: noon - each * hour, why: 'outage' as const })),
})

const live = (minutesOn?: number): Turn => ({
  kind: 'live',
  since: minutesOn === undefined ? undefined : noon - minutesOn * minute,
})
const archive: Turn = { kind: 'archive' }

for (const [name, coverage, turn, notBefore, expected] of [
  ['nothing to fetch: live for ever', state(0, []), live(3), never, { kind: 'live', until: undefined }],
  [
    'an hour that is not served yet: live until it is',
    state(0, [1]),
    live(30),
    never,
    { kind: 'live', until: noon + 31 * minute },
  ],
  [
    'the archive failed a moment ago: live until it may be tried again',
    state(0, [5]),
    live(30),
    noon + minute,
    { kind: 'live', until: noon + minute },
  ],
  ['not connected yet: live first', state(0, [5]), live(), never, { kind: 'live', until: noon + 5 * minute }],
  [
    'live has had its turn: the archive, and back in time',
    state(1, [5, 4]),
    live(6),
    never,
    { kind: 'archive', hour: noon - 5 * hour, until: noon + 39 * minute },
  ],
  ['live has not had its turn', state(1, [5]), live(2), never, { kind: 'live', until: noon + 3 * minute }],
  [
    'live is still catching up: it goes on',
    state(50, [5]),
    live(20),
    never,
    { kind: 'live', until: noon + 5 * minute },
  ],
  [
    'events always come that late: the archive has a short turn all the same',
    state(50, [5]),
    live(61),
    never,
    { kind: 'archive', hour: noon - 5 * hour, until: noon + 5 * minute },
  ],
  [
    'the archive goes on while there is time',
    state(20, [5, 4]),
    archive,
    never,
    { kind: 'archive', hour: noon - 5 * hour, until: noon + 20 * minute },
  ],
  [
    'the time of the archive is up',
    state(41, [5, 4]),
    archive,
    never,
    { kind: 'live', until: noon + 5 * minute },
  ],
] satisfies [string, Coverage, Turn, number, Step][]) {
  test(name, () => deepEqual(nextStep(coverage, noon, turn, notBefore, pace), expected))
}

test('with one key, through a long outage, live is never away for longer than the server bridges', () => {
  // A day of hours to fetch, each taking 13 minutes, played with a clock of minutes.
  let coverage = state(
    0,
    Array.from({ length: 24 }, (_, each) => 26 - each),
  )
  let turn: Turn = live(0)
  let longest = 0
  let fetched = 0
  for (let now = noon; coverage.todo.length > 0; ) {
    const step = nextStep(coverage, now, turn, never, pace)
    if (step.kind === 'live') {
      turn = turn.kind === 'live' ? turn : { kind: 'live', since: now }
      now += minute
      coverage = { ...coverage, until: now }
    } else {
      turn = archive
      const end = now + 13 * minute
      if (step.until === undefined || end <= step.until) {
        coverage = { ...coverage, todo: coverage.todo.filter(each => each.hour !== step.hour) }
        fetched++
      }
      now = Math.min(end, step.until ?? end)
      longest = Math.max(longest, now - (coverage.until ?? 0))
    }
  }
  deepEqual([fetched, longest <= 55 * minute], [24, true])
})
