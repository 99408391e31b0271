// The compose stack, run for real: brought up with its demo, scaled under load, killed in its parts, stopped and started,
// and held to account.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import { openTopics } from '@podpipe/demo/topic-counts.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { atEnd } from '../kit/at-end.ts'
import { watchCommits } from '../kit/commit-times.ts'
import { eventually } from '../kit/eventually.ts'
import { control, docker, killInside, noEngine } from './engine.ts'
import { accountOf, arrivedAt, type Ends, sentBy } from './ledgers.ts'

const minute = 60_000
const scaled = ['--scale', 'ingest=2', '--scale', 'dedup=3', '--scale', 'forwarder=3']

test('the stack loses nothing, scaled, killed and restarted under load', {
  skip: noEngine ?? false,
}, async t => {
  const project = `podpipe-test-${process.pid}`
  const [port = 0] = await freePorts(1)
  // Enough for events to flow while the stack is scaled, and until all else has been done to it.
  const env = { KAFKA_HOST_PORT: String(port), DEMO_EVENTS: '24000', DEMO_RATE: '40' }
  const compose = (...args: string[]): Promise<string> =>
    docker(['compose', '--project-name', project, '--profile', 'demo', ...args], env)
  const up = (...args: string[]): Promise<string> => compose('up', '--detach', '--wait', ...args)
  const nth = (service: string, number = 1): string => `${project}-${service}-${number}`
  const ends = { proofpoint: nth('proofpoint'), devo: nth('devo') }
  atEnd(t, () => compose('down', '--volumes', '--timeout', '5'))

  await compose('build', '--quiet')
  const started = performance.now()
  await up()
  await eventually(
    'the first event',
    async () => ((await arrivedAt(ends)).frames > 0 ? true : undefined),
    minute,
  )
  const first = performance.now() - started

  const topics = await openTopics([`127.0.0.1:${port}`], {
    prefix: 'pod',
    partitions: 6,
    services: knownServices,
  })
  atEnd(t, topics.close)
  const ledgers = knownServices.flatMap(service => {
    const { name, partitions } = topics.topics.seen(service)
    return Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))
  })
  const commits = await watchCommits(t, topics.fetcher, ledgers)
  /** Ms that a partition of dedup stands still at the longest while something is done. */
  const pauseOf = async (doing: () => Promise<unknown>): Promise<number> => {
    const moment = performance.now()
    await doing()
    await sleep(3_000)
    return Math.max(...ledgers.map(ledger => commits.longestPause(ledger, moment)))
  }
  const doubled: string[] = []
  const phase = async <Result>(name: string, doing: () => Promise<Result>): Promise<Result> => {
    const before = (await arrivedAt(ends)).doubled
    const result = await doing()
    doubled.push(`${name} ${(await arrivedAt(ends)).doubled - before}`)
    return result
  }
  const resting = await phase('at rest', () => pauseOf(() => sleep(5_000)))
  const growing = await phase('scaling 1 to 3', () => pauseOf(() => up('--no-recreate', ...scaled)))
  const replicas = (await compose('ps', '--format', '{{.Service}}')).trim().split('\n').sort()
  deepEqual(
    replicas,
    'dedup dedup dedup devo forwarder forwarder forwarder ingest ingest kafka proofpoint'.split(' '),
  )
  const shrinking = await phase('scaling 3 to 1', () => pauseOf(() => up('--no-recreate')))
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
    await eventually(
      'all that was killed is well again',
      async () => isWell(await compose('ps', '--format', '{{.Health}}')),
      minute,
    )
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

  const isComplete = await settled(ends)
  const account = await accountOf(ends, await topics.counts())
  t.diagnostic(sentenceOf(account))
  t.diagnostic(`first event after ${(first / 1000).toFixed(1)} s from the start of up`)
  t.diagnostic(
    `longest pause of a partition: ${ms(resting)} at rest, ${ms(growing)} while scaling 1 to 3, ${ms(shrinking)} 3 to 1`,
  )
  t.diagnostic(`delivered twice: ${doubled.join(', ')}`)
  if (!isComplete) t.diagnostic(`warnings and worse:\n${await warningsOf(compose)}`)
  // A forwarder that is killed delivers a stretch twice; nothing else may.
  deepEqual(gaps(account, { doublesAllowed: true }), [])
  equal(isComplete, true, 'for a minute nothing more arrived')
  equal(await control(ends.devo, 8454, 'stats').then(text => JSON.parse(text).malformed), 0)
})

/** Waits until all that was offered has been sent and has arrived; false when for a minute nothing moves. */
async function settled(ends: Ends): Promise<boolean> {
  let [seen, since] = ['', performance.now()]
  while (performance.now() - since < minute) {
    const { progress, ledger } = await sentBy(ends)
    const { distinct, frames } = await arrivedAt(ends)
    const isSent = Object.values(progress).every(({ offered, sent }) => sent === offered)
    if (isSent && distinct >= ledger.events) return true
    const now = JSON.stringify([progress, distinct, frames])
    if (now !== seen) [seen, since] = [now, performance.now()]
    await sleep(1_000)
  }
  return false
}

const warningsOf = async (compose: (...args: string[]) => Promise<string>): Promise<string> =>
  (await compose('logs', '--no-color', 'ingest', 'dedup', 'forwarder'))
    .split('\n')
    .filter(line => /"level":[45]0/.test(line))
    .slice(-20)
    .join('\n')

const isWell = (health: string): true | undefined => (/^(?!healthy$).+$/m.test(health) ? undefined : true)

const ms = (time: number): string => `${Math.round(time)} ms`
