// How long partitions stand still while the compose stack is scaled from one of each to `--scale ingest=2 --scale dedup=3
// --scale forwarder=3` and back, again and again under load: npm run test:scaling. SCALINGS is how often, 3 if it is not set.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import { noEngine } from './engine.ts'
import { accountOf } from './ledgers.ts'
import { bringUp, scaled, seconds, settled, watchFlow } from './stack.ts'

const times = Number(process.env.SCALINGS ?? 3)
const rate = 40
// What a time takes where the machine is slow; what is too many is taken away with the stack.
const secondsEach = 60

test('how long partitions of dedup stand still while the stack is scaled', {
  skip: noEngine ?? false,
}, async t => {
  const stack = await bringUp(t, times * secondsEach * rate, rate)
  const flow = await watchFlow(t, stack.brokers)
  const worst = { 'at rest': [] as number[], 'from 1 to 3': [] as number[], 'from 3 to 1': [] as number[] }
  for (let time = 0; time < times; time++) {
    worst['at rest'].push(await flow.pauseOf(() => sleep(5_000)))
    worst['from 1 to 3'].push(await flow.pauseOf(() => stack.up('--no-recreate', ...scaled)))
    worst['from 3 to 1'].push(await flow.pauseOf(() => stack.up('--no-recreate')))
  }
  for (const [what, pauses] of Object.entries(worst))
    t.diagnostic(`${what}: longest pause of a partition ${pauses.map(seconds).join(', ')}`)
  const isComplete = await settled(stack.ends)
  const account = await accountOf(stack.ends, await flow.counts())
  t.diagnostic(sentenceOf(account))
  deepEqual(gaps(account, { doublesAllowed: true }), [])
  equal(isComplete, true, 'for a minute nothing more arrived')
})
