import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { advance, clocksBeforeTheFirst, clockTimeOf, isLive } from './window.ts'

const hour = 3_600_000
const never = Number.NEGATIVE_INFINITY

for (const [name, eventTime, appendTime, expected] of [
  ['its own time', 5, 9, 5],
  ['its arrival, when it has no time', null, 9, 9],
  ['its arrival, when it claims to come from the future', 99, 9, 9],
  ['a time before 1970', -5, 9, -5],
] as const) {
  test(`on the event clock an event stands at ${name}`, () => {
    equal(clockTimeOf({ eventTime, appendTime }), expected)
  })
}

for (const [name, clocks, eventTime, appendTime, expected] of [
  ['the first record sets both clocks', clocksBeforeTheFirst, 5, 9, { event: 5, append: 9 }],
  ['a later one moves them on', { event: 5, append: 9 }, 7, 12, { event: 7, append: 12 }],
  ['an older event moves only the append clock', { event: 5, append: 9 }, 3, 12, { event: 5, append: 12 }],
  [
    'an append time that goes back moves nothing back',
    { event: 5, append: 9 },
    5,
    8,
    { event: 5, append: 9 },
  ],
  [
    'a future event moves the event clock to its arrival',
    { event: 5, append: 9 },
    99,
    10,
    {
      event: 10,
      append: 10,
    },
  ],
  [
    'an event without time moves it to its arrival as well',
    { event: 5, append: 9 },
    null,
    10,
    {
      event: 10,
      append: 10,
    },
  ],
  [
    'what is no event moves the append clock alone',
    { event: 5, append: 9 },
    never,
    10,
    {
      event: 5,
      append: 10,
    },
  ],
] as const) {
  test(name, () => deepEqual(advance(clocks, { eventTime, appendTime }), expected))
}

for (const [name, event, append, expected] of [
  ['neither clock has moved', 0, 0, true],
  ['one clock is a millisecond short of the window, the other beyond', hour - 1, 9 * hour, true],
  ['the same with the clocks exchanged', 9 * hour, hour - 1, true],
  ['both clocks have passed the window to the millisecond', hour, hour, false],
  ['the event clock stands still', 0, 9 * hour, true],
  ['there never was an event, only rejects', never, 9 * hour, true],
] as const) {
  test(`an event is ${expected ? 'known' : 'forgotten'} when ${name}`, () => {
    equal(isLive({ eventTime: 0, appendTime: 0 }, { event, append }, hour), expected)
  })
}
