// The bookkeeping of what is covered, as stories: what happens, and which hours have to be fetched then.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Coverage,
  coverageOf,
  dropExpired,
  hour,
  hourFetched,
  listForComparison,
  liveBroke,
  liveCovers,
  liveOpens,
  nextHourAt,
  nothingCovered,
  obeyStartTime,
  readyHour,
} from './coverage.ts'

const minute = 60_000
const day = 24 * hour
/** 12:00 of some day; times below are written as HH:MM of that day. */
const noon = Date.UTC(2026, 0, 15, 12)
const at = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return noon - 12 * hour + hours * hour + minutes * minute
}
const hoursOf = ({ todo }: Coverage): string =>
  todo.map(each => `${String((each.hour - at('0:00')) / hour)}${each.why[0]}`).join(' ')

type Event = ['opens' | 'covers', string] | ['breaks'] | ['fetched', string]

const play = (events: readonly Event[], start: Coverage = nothingCovered): Coverage =>
  events.reduce((coverage, [kind, time = '']) => {
    if (kind === 'opens') return liveOpens(coverage, at(time))
    if (kind === 'covers') return liveCovers(coverage, at(time))
    if (kind === 'breaks') return liveBroke(coverage)
    return hourFetched(coverage, at(time))
  }, start)

// o = outage, h = healing
for (const [name, events, expected] of [
  ['the first session ever has nothing to make up for', [['opens', '12:00']], ''],
  [
    'less than an hour away, ended in order: the server resumes',
    [
      ['opens', '9:00'],
      ['covers', '11:30'],
      ['opens', '12:20'],
    ],
    '',
  ],
  [
    'more than an hour away: every hour up to the one that the server still has',
    [
      ['opens', '8:00'],
      ['covers', '8:40'],
      ['opens', '12:20'],
    ],
    '8o 9o 10o 11o',
  ],
  [
    'an hour that was covered almost to its end is still fetched: events come late',
    [
      ['opens', '8:00'],
      ['covers', '9:05'],
      ['opens', '12:20'],
    ],
    '8o 9o 10o 11o',
  ],
  [
    'an unclean end marks its hour',
    [['opens', '11:00'], ['covers', '11:30'], ['breaks'], ['opens', '11:31']],
    '11h',
  ],
  [
    'an unclean end shortly after the hour marks both',
    [['opens', '11:00'], ['covers', '12:05'], ['breaks'], ['opens', '12:06']],
    '11h 12h',
  ],
  [
    'many unclean ends in an hour cost one fetch',
    [
      ['opens', '11:15'],
      ['covers', '11:20'],
      ['breaks'],
      ['opens', '11:21'],
      ['covers', '11:40'],
      ['breaks'],
      ['opens', '11:41'],
      ['covers', '11:50'],
      ['breaks'],
      ['opens', '11:51'],
    ],
    '11h',
  ],
  [
    'an unclean end and an outage behind it: each hour stands once',
    [['opens', '8:00'], ['covers', '8:40'], ['breaks'], ['opens', '12:20']],
    '8h 9h 10o 11o',
  ],
  [
    'an hour that was fetched is off the list',
    [
      ['opens', '8:00'],
      ['covers', '8:40'],
      ['opens', '12:20'],
      ['fetched', '9:00'],
    ],
    '8o 10o 11o',
  ],
  [
    'live that resumes old events covers up to their time, not to now',
    [
      ['opens', '8:00'],
      ['covers', '8:40'],
      ['opens', '9:20'],
      ['covers', '8:45'],
      ['opens', '9:45'],
    ],
    '8o',
  ],
  [
    'a late event takes nothing back',
    [
      ['opens', '9:00'],
      ['covers', '11:30'],
      ['covers', '9:10'],
      ['opens', '12:20'],
    ],
    '',
  ],
] satisfies [string, Event[], string][]) {
  test(name, () => equal(hoursOf(play(events)), expected))
}

/** What is listed when live covers these times one after the other, with a comparison asked for. */
const compared = (
  times: readonly string[],
  start: Coverage = liveOpens(nothingCovered, at('9:20')),
): Coverage =>
  times.reduce(
    (coverage, time) => listForComparison(liveCovers(coverage, at(time))),
    listForComparison(start),
  )

for (const [name, times, expected] of [
  ['an hour that is not over yet', ['9:40', '10:59'], ''],
  ['the hour in which live began is not whole, the next one is', ['10:10', '11:00'], '10r'],
  ['several hours that closed at once, as behind a quiet night', ['9:40', '14:05'], '10r 11r 12r 13r'],
  ['each hour once', ['11:00', '11:01', '11:02'], '10r'],
] satisfies [string, string[], string][]) {
  test(`comparison: ${name}: ${expected || 'nothing'}`, () => equal(hoursOf(compared(times)), expected))
}

test('comparison: an hour that is fetched for another reason is not fetched twice', () => {
  const outage = liveOpens(compared(['9:40']), at('13:30'))
  equal(hoursOf(listForComparison(liveCovers(outage, at('14:00')))), '9o 10o 11o 12o 13r')
})

test('comparison: a fetched hour is not listed again, also after a restart', () => {
  const { todo, reconciledTo } = hourFetched(compared(['11:30']), at('10:00'))
  const position = {
    cluster: 'c',
    service: 'message',
    connection: '',
    sequence: 0,
    start_time: null,
    gaps: [],
  }
  const restarted = coverageOf({
    ...position,
    received_at: at('11:30'),
    clean: true,
    reconciled_to: reconciledTo,
    todo: [...todo],
  })
  equal(hoursOf(listForComparison(liveCovers(liveOpens(restarted, at('11:40')), at('12:00')))), '11r')
})

test('start_time: every hour from it up to now, and time passes in doubt until the first session opens', () => {
  const asked = obeyStartTime(nothingCovered, 'S', at('8:20'), at('11:10'))
  equal(hoursOf(asked), '8s 9s 10s 11s')
  // The first session opens only after two hours: what lies between comes from the archive as well.
  equal(hoursOf(liveOpens(asked, at('13:30'))), '8s 9s 10s 11s 12h')
})

test('the same start_time is not obeyed twice, a changed one is', () => {
  const first = obeyStartTime(nothingCovered, 'S', at('10:00'), at('11:10'))
  const done = { ...first, todo: [] }
  equal(hoursOf(obeyStartTime(done, 'S', at('10:00'), at('12:10'))), '')
  equal(hoursOf(obeyStartTime(done, 'T', at('11:00'), at('12:10'))), '11s 12s')
  equal(obeyStartTime(done, undefined, undefined, at('12:10')).startTime, null)
})

test('a start_time of more than 30 days ago begins with the oldest hour that the archive has', () => {
  const asked = obeyStartTime(nothingCovered, 'S', noon - 90 * day, noon + minute)
  equal(asked.todo[0]?.hour, noon - 30 * day + hour)
  equal(asked.todo.length, 30 * 24)
})

test('what is older than 30 days is a gap, told to the second and in one piece', () => {
  const away = liveCovers(liveOpens(nothingCovered, noon - 32 * day), noon - 31 * day)
  const back = dropExpired(liveOpens(away, noon), noon)
  // The margin of five minutes keeps the request for the oldest hour from being a 400.
  deepEqual(back.gaps, [
    { from: noon - 31 * day - hour, to: noon - 30 * day + hour, why: 'older than 30 days' },
  ])
  equal(back.todo[0]?.hour, noon - 30 * day + hour)
})

test('an hour is served half an hour after its end, and the oldest comes first', () => {
  const coverage = play([
    ['opens', '8:00'],
    ['covers', '8:40'],
    ['opens', '12:20'],
  ])
  equal(readyHour(coverage, at('12:20'))?.hour, at('8:00'))
  const last = play(
    [
      ['fetched', '8:00'],
      ['fetched', '9:00'],
      ['fetched', '10:00'],
    ],
    coverage,
  )
  equal(readyHour(last, at('12:30')), undefined)
  equal(nextHourAt(last), at('12:31'))
  equal(readyHour(last, at('12:31'))?.hour, at('11:00'))
})

test('a position that was not closed in order leaves its end in doubt', () => {
  const position = {
    cluster: 'a',
    service: 'message',
    connection: '',
    sequence: 1,
    start_time: null,
    reconciled_to: null,
    todo: [],
    gaps: [],
  }
  const killed = coverageOf({ ...position, received_at: at('11:30'), clean: false })
  equal(hoursOf(liveOpens(killed, at('11:31'))), '11h')
  const stopped = coverageOf({ ...position, received_at: at('11:30'), clean: true })
  equal(hoursOf(liveOpens(stopped, at('11:31'))), '')
  equal(hoursOf(liveOpens(coverageOf(undefined), at('11:31'))), '')
})
