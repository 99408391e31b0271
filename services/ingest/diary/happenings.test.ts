// What is noted of a stream: the table is the rule.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { fullBudget, spend } from './budget.ts'
import { createDiary } from './diary.ts'
import { beginning, type Happening, happen, type Note } from './happenings.ts'
import { sessionStatusOf } from './status.ts'

const t0 = Date.parse('2024-05-22T12:00:00Z')
const hour = 3_600_000
const opened: Happening = { what: 'opened', connection: 'c1' }
const broke = (reason: string): Happening => ({
  what: 'broke',
  reason,
  cause: `because ${reason}`,
  wait: 1_000,
})
const begun = (at: number): Happening => ({ what: 'archive_begun', hour: t0 + at * hour })
const done = (at: number, isMore: boolean): Happening => ({
  what: 'archive_done',
  hour: t0 + at * hour,
  frames: 10,
  isMore,
})
const archiveFailed: Happening = { what: 'archive_failed', hour: t0, reason: 'http_500', cause: 'x' }

/** Each happening a second after the one before; the notes as words, with their numbers where there are any. */
function run(happenings: readonly Happening[]): string[] {
  let state = beginning(t0)
  return happenings.flatMap((happening, at) => {
    const next = happen(state, happening, t0 + at * 1_000)
    state = next.state
    return next.notes.map(textOf)
  })
}

const textOf = ({ what, numbers, words }: Note): string => {
  const shown = Object.entries({ ...numbers, ...(words.reason !== undefined && { reason: words.reason }) })
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'number' && value >= t0 ? `${(value - t0) / hour}h` : value}`,
    )
    .join(' ')
  return shown === '' ? what : `${what} ${shown}`
}

for (const [name, happenings, expected] of [
  ['a beginning', [{ what: 'taken' }, opened], ['taken', 'connected']],
  ['an end in order', [opened, { what: 'closed' }, { what: 'released' }], ['connected', 'released']],
  [
    'one drop, and back',
    [opened, broke('close_1006'), opened],
    ['connected', 'dropped reason=close_1006', 'connected attempts=1 away_ms=1000'],
  ],
  [
    'the same failure a hundred times is one note, and the return tells how often',
    [opened, broke('silent'), ...Array.from({ length: 100 }, () => broke('unreachable')), opened],
    [
      'connected',
      'dropped reason=silent',
      'failed reason=unreachable',
      'connected attempts=101 away_ms=101000',
    ],
  ],
  [
    'a conflict bears its own word, also when the session was open before',
    [opened, broke('http_409'), broke('http_409'), opened],
    ['connected', 'conflict reason=http_409', 'connected attempts=2 away_ms=2000'],
  ],
  [
    'hours one after the other are one episode',
    [begun(0), done(0, true), begun(1), done(1, true), begun(2), done(2, false), opened],
    ['archive_begun from=0h', 'archive_done from=0h to=3h hours=3 frames=30', 'connected'],
  ],
  [
    'an archive that fails tells what it has brought, and the same failure once',
    [begun(0), done(0, true), begun(1), archiveFailed, begun(1), archiveFailed],
    [
      'archive_begun from=0h',
      'archive_done from=0h to=2h hours=1 frames=10',
      'archive_failed from=0h reason=http_500',
    ],
  ],
  [
    'an episode of the archive is told when the stream moves on to another process',
    [begun(0), done(0, true), { what: 'released' }],
    ['archive_begun from=0h', 'archive_done from=0h to=1h hours=1 frames=10', 'released'],
  ],
  [
    'what is listed and what is lost',
    [
      { what: 'listed', hours: 2, from: t0, to: t0 + 2 * hour, why: 'outage' },
      { what: 'gap', from: t0, to: t0 + hour, why: 'older than 30 days' },
    ],
    ['listed hours=2 from=0h to=2h', 'gap from=0h to=1h'],
  ],
] as const satisfies readonly (readonly [string, readonly Happening[], readonly string[]])[]) {
  test(name, () => deepEqual(run(happenings), expected))
}

for (const [name, happenings, word] of [
  ['nothing yet', [], 'opening'],
  ['open', [opened], 'live'],
  ['dropped', [opened, broke('silent')], 'backing_off'],
  ['the archive has its turn', [opened, { what: 'closed' }, begun(0)], 'archive'],
  ['the archive beside live', [opened, begun(0)], 'live'],
  ['back', [broke('silent'), opened], 'live'],
] as const satisfies readonly (readonly [string, readonly Happening[], string])[]) {
  test(`the state of a stream: ${name}`, () => {
    let state = beginning(t0)
    for (const happening of happenings) state = happen(state, happening, t0).state
    const stream = { name: 'a/b', input: 'x', cluster: 'a', service: 'b' }
    equal(sessionStatusOf(stream, { state, coverage: undefined }).state, word)
  })
}

test('a session that flaps all day writes some hundred notes, and the next one tells how many were left out', () => {
  const written: { numbers: Record<string, number> }[] = []
  let now = t0
  const diary = createDiary('a/b', 'host:1', { note: entry => void written.push(entry) }, { now: () => now })
  for (let second = 0; second < 86_400; second += 2) {
    now = t0 + second * 1_000
    diary.write(opened)
    diary.write(broke('close_1006'))
  }
  equal(written.length > 600 && written.length < 800, true, `${written.length} notes`)
  const leftOut = written.reduce((sum, { numbers }) => sum + (numbers.left_out ?? 0), 0)
  equal(written.length + leftOut <= 86_400 && written.length + leftOut > 86_000, true)
})

test('a budget that was spent fills by and by, and no further than full', () => {
  let budget = fullBudget(t0)
  let allowed = 0
  for (let each = 0; each < 100; each++) {
    const spent = spend(budget, t0)
    budget = spent.budget
    if (spent.isAllowed) allowed += 1
  }
  equal(allowed, 60)
  equal(spend(budget, t0 + 119_000).isAllowed, false)
  deepEqual(spend(budget, t0 + 121_000).leftOut, 40)
  equal(Math.floor(spend(budget, t0 + 30 * 86_400_000).budget.left), 59)
})
