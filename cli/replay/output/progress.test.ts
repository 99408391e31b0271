import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Meter } from '@podpipe/operations/replay/meter.ts'
import { durationText, lineOf, showProgress } from './progress.ts'

const share = { topic: 't', partition: 0, start: 0, end: 200, offset: 50, confirmed: 40, refused: {} }

for (const [name, samples, expected] of [
  ['at its beginning', [[0, 0, 0]], '  0 %   confirmed 0   0 a second   waiting for the output to confirm'],
  [
    'in its midst',
    [
      [0, 0, 0],
      [2_000, 1_000, 1_010],
    ],
    ' 10 %   confirmed 1,000   500 a second   18 s left',
  ],
  [
    'gone on with',
    [
      [0, 5_000, 5_000],
      [1_000, 5_200, 5_200],
    ],
    ' 52 %   confirmed 5,200   200 a second   24 s left',
  ],
  [
    'that stands',
    [
      [0, 500, 500],
      [9_000, 500, 500],
    ],
    '  5 %   confirmed 500   0 a second   waiting for the output to confirm',
  ],
  [
    'by its last ten seconds',
    [
      [0, 0, 0],
      [5_000, 5_000, 5_000],
      [15_000, 6_000, 6_000],
    ],
    ' 60 %   confirmed 6,000   100 a second   40 s left',
  ],
  [
    'at its end',
    [
      [0, 0, 0],
      [1_000, 9_900, 10_000],
    ],
    '100 %   confirmed 9,900   9,900 a second   done',
  ],
] as const) {
  test(`the line of a replay ${name}`, () => {
    const meter = new Meter()
    for (const [at, confirmed, done] of samples) meter.add({ at, confirmed, done, records: 10_000 })
    equal(lineOf(meter.pace()), expected)
  })
}

for (const [seconds, text] of [
  [0.2, '1 s'],
  [89, '89 s'],
  [91, '2 min'],
  [3_600, '60 min'],
  [7_260, '2 h 1 min'],
] as const) {
  test(`${seconds} s are ${text}`, () => equal(durationText(seconds), text))
}

function target(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, columns: 30, write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
}

test('on a terminal the line is drawn anew within its width, and a sentence takes its place', () => {
  const terminal = target(true)
  const display = showProgress([share], terminal)
  display.say('the output works again')
  display.end()
  deepEqual(terminal.written.slice(0, 2), ['\r\x1b[2K', 'podpipe: the output works again\n'])
  ok(terminal.written[2]?.startsWith('\r\x1b[2K 25 %   confirmed 40   '))
  equal(terminal.written[2]?.length, 29 + 5)
  equal(terminal.written[3], '\n')
})

test('elsewhere there are whole lines and nothing else', () => {
  const pipe = target(false)
  const display = showProgress([share], pipe)
  display.say('hm')
  display.end()
  equal(pipe.written[0], 'podpipe: hm\n')
  match(pipe.written[1] ?? '', /^ 25 % {3}confirmed 40 {3}.*\n$/)
})
