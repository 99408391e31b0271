// The compose stack, run for real: brought up with its demo, scaled under load, killed in its parts, stopped and started,
// and held to account. STACK=short leaves out all but the scaling and a kill.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import { control, docker, killInside, noEngine } from './engine.ts'
import { accountOf, arrivedAt } from './ledgers.ts'
import { bringUp, isWell, scaled, seconds, settled, sizesOf, warningsOf, watchFlow } from './stack.ts'

const isShort = process.env.STACK === 'short'

test('the stack loses nothing, scaled, killed and restarted under load', {
  skip: noEngine ?? false,
}, async t => {
  // Enough for events to flow until all has been done.
  const stack = await bringUp(t, isShort ? 2_400 : 9_000, 40)
  const { compose, up, nth, ends } = stack
  const flow = await watchFlow(t, stack.brokers)
  const phase = async (name: string, doing: () => Promise<unknown>): Promise<void> => {
    const before = (await arrivedAt(ends)).doubled
    const started = performance.now()
    const pause = await flow.pauseOf(doing)
    const doubled = (await arrivedAt(ends)).doubled - before
    t.diagnostic(
      `${name}: ${seconds(performance.now() - started)}, longest pause of a partition of dedup ${seconds(pause)}, delivered twice ${doubled}`,
    )
  }

  await phase('at rest', () => sleep(5_000))
  t.diagnostic(await sizesOf(stack))
  await phase('scaling 1 to 3', () => up('--no-recreate', ...scaled))
  deepEqual(
    (await compose('ps', '--format', '{{.Service}}')).trim().split('\n').sort(),
    'console dedup dedup dedup devo forwarder forwarder forwarder ingest ingest kafka proofpoint'.split(' '),
  )
  await phase('scaling 3 to 1', () => up('--no-recreate'))
  if (isShort) {
    await phase('a dedup that is killed', async () => {
      await killInside(nth('dedup'), 'run dedup')
      await sleep(2_000)
      await isWell(stack)
    })
  } else {
    await up('--no-recreate', ...scaled)
    await phase('kills inside', async () => {
      for (const [service, number] of [
        ['dedup', 2],
        ['forwarder', 3],
        ['ingest', 1],
        ['ingest', 2],
      ] as const) {
        await killInside(nth(service, number), `run ${service}`)
        await sleep(2_000)
      }
      await isWell(stack)
    })
    await phase('a rolling restart', async () => {
      for (const service of ['forwarder', 'dedup', 'ingest']) await compose('restart', service)
    })
    await phase('a Kafka that is killed', async () => {
      await docker(['kill', '--signal', 'KILL', nth('kafka')])
      await up('--no-recreate', ...scaled)
    })
    // Everything but the simulators goes and comes again, with the data kept.
    await phase('all of podpipe taken away and brought again', async () => {
      await compose('rm', '--stop', '--force', 'kafka', 'topics', 'ingest', 'dedup', 'forwarder')
      await up()
    })
  }

  const isComplete = await settled(ends)
  const account = await accountOf(ends, await flow.counts())
  t.diagnostic(sentenceOf(account))
  if (!isComplete) t.diagnostic(`warnings and worse:\n${await warningsOf(stack)}`)
  // A forwarder that is killed delivers a stretch twice; nothing else may.
  deepEqual(gaps(account, { doublesAllowed: true }), [])
  equal(isComplete, true, 'for a minute nothing more arrived')
  equal(await control(ends.devo, 8454, 'stats').then(text => JSON.parse(text).malformed), 0)
})
