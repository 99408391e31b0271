import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dayInWords, lengthOf, noteInWords } from './session-words.ts'

for (const [ms, text] of [
  [12, '12 ms'],
  [1_400, '1 s'],
  [89_000, '89 s'],
  [100_000, '2 min'],
  [119 * 60_000, '119 min'],
  [125 * 60_000, '2 h 5 min'],
  [24 * 3_600_000, '24 h'],
] as const) {
  test(`${ms} ms is ${text}`, () => equal(lengthOf(ms), text))
}

test('a day is told in words for who does not see the line', () => {
  const span = (state: string, from: number, to: number) => ({
    state,
    from: from * 3_600_000,
    to: to * 3_600_000,
  })
  const spans = [span('live', 0, 10), span('conflict', 10, 11), span('live', 11, 24)]
  equal(dayInWords({ spans }), 'live 23 h, conflict (409) 60 min')
})

for (const [what, numbers, words, text] of [
  ['taken', {}, {}, 'host:1 began to run it'],
  ['connected', {}, { connection: 'c1' }, 'connected, as c1'],
  [
    'connected',
    { attempts: 1, away_ms: 3_000 },
    { connection: 'c1' },
    'connected again, as c1, after 3 s and 1 attempt',
  ],
  ['conflict', {}, { cause: '409 Conflict' }, '409: 409 Conflict'],
  ['archive_begun', { from: 0 }, {}, 'fetching hours from the archive, from 1970-01-01 00:00 UTC'],
  ['something new', {}, {}, 'something new'],
] as const) {
  test(`${what} in words`, () => equal(noteInWords({ what, numbers, words, who: 'host:1' }), text))
}
