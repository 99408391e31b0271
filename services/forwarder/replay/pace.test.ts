import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from './pace.ts'

for (const [perSecond, portion] of [
  [1, 1],
  [9, 1],
  [250, 25],
  [60_000, 6_000],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
] as const) {
  test(`at ${perSecond} a second ${portion} are asked for at once`, () =>
    equal(new Pace(perSecond).portion, portion))
}

for (const [name, perSecond, asked, waits] of [
  [
    'evenly',
    100,
    [
      [10, 0],
      [10, 0],
      [10, 0],
    ],
    [0, 100, 200],
  ],
  [
    'behind what is on its way, less what has passed',
    100,
    [
      [10, 0],
      [10, 60],
      [10, 200],
    ],
    [0, 40, 0],
  ],
  [
    'an idle time is not made up for',
    100,
    [
      [10, 0],
      [10, 5_000],
      [10, 5_000],
    ],
    [0, 0, 100],
  ],
  [
    'one by one',
    2,
    [
      [1, 0],
      [1, 0],
      [1, 0],
    ],
    [0, 500, 1_000],
  ],
  [
    'without a limit nobody waits',
    Number.POSITIVE_INFINITY,
    [
      [5_000, 0],
      [5_000, 0],
    ],
    [0, 0],
  ],
] as const) {
  test(`turns: ${name}`, () => {
    const pace = new Pace(perSecond)
    deepEqual(
      asked.map(([events, now]) => pace.turn(events, now)),
      waits,
    )
  })
}

test('no second sees more than the rate, whoever asks for how many', () => {
  const pace = new Pace(100)
  const sent: { at: number; events: number }[] = []
  let now = 0
  for (let n = 0; n < 500; n++) {
    const events = 1 + (n % pace.portion)
    const at = now + pace.turn(events, now)
    sent.push({ at, events })
    // Half of them ask again before their turn has come.
    now = n % 2 === 0 ? at : now
  }
  for (const { at } of sent) {
    const within = sent.filter(each => each.at >= at && each.at < at + 1_000)
    ok(within.reduce((sum, { events }) => sum + events, 0) <= 100 + pace.portion)
  }
})
