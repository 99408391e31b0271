// How long a peer is waited for, by what is seen of it each half of the silence.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Patience } from './patience.ts'

const silenceMs = 1_000

for (const [name, looks, silentAt] of [
  ['a peer that takes nothing', [100, 100], 1_000],
  ['one of which the system does not tell', [undefined, undefined], 1_000],
  ['one that has taken everything and does not answer', [0, 0], 1_000],
  ['one that takes a byte each half of the time is waited for', [5, 4, 3, 2, 1, 0, 0, 0], 4_000],
  ['one that stops in between has the whole time again', [50, 10, 10, 5, 5, 5], 3_000],
  ['one for which more is written meanwhile is not taken for one that takes', [50, 60, 70], 1_000],
] as const)
  test(`${name}: silence after ${silentAt} ms`, async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let time = 0
    let silent: number | undefined
    const left = [...looks]
    const patience = new Patience(
      async () => left.shift(),
      () => {
        silent = time
      },
    )
    patience.start(silenceMs)
    while (silent === undefined && time < 10_000) {
      time += 100
      t.mock.timers.tick(100)
      await new Promise(resolve => setImmediate(resolve))
    }
    equal(silent, silentAt)
  })

test('progress begins the wait anew, and what was asked before says nothing about it', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let silences = 0
  const answers: ((left: number) => void)[] = []
  const patience = new Patience(
    () => new Promise(resolve => answers.push(resolve)),
    () => {
      silences += 1
    },
  )
  patience.start(silenceMs)
  for (let round = 0; round < 5; round += 1) {
    t.mock.timers.tick(500)
    patience.refresh()
    answers.shift()?.(100)
    await new Promise(resolve => setImmediate(resolve))
  }
  equal(silences, 0)
  patience.stop()
  t.mock.timers.tick(5_000)
  equal(answers.length, 0)
})
