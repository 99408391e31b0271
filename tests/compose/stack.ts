// The compose stack with its demo, brought up for a test: how it is spoken to, and what is measured of it.

import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTopics } from '@podpipe/demo/topic-counts.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { atEnd } from '../kit/at-end.ts'
import { eventually } from '../kit/eventually.ts'
import { watchCommits } from '../kit/loads/commit-times.ts'
import { docker } from './engine.ts'
import { arrivedAt, type Ends, sentBy } from './ledgers.ts'

const minute = 60_000

/** For `up`: more than one of each service. */
export const scaled = ['--scale', 'ingest=2', '--scale', 'dedup=3', '--scale', 'forwarder=3']

export type Stack = Awaited<ReturnType<typeof bringUp>>

/**
 * Builds the image, brings the stack up and waits for the first delivered event; all of it is taken away at the test's end.
 * @param events how many are offered of each kind
 * @param rate of each kind a second
 */
export async function bringUp(t: TestContext, events: number, rate: number) {
  const project = `podpipe-test-${process.pid}`
  const [port = 0, consolePort = 0] = await freePorts(2)
  const offered = knownServices.map(service => `${service}=${events}`).join(',')
  const env = {
    KAFKA_HOST_PORT: String(port),
    CONSOLE_HOST_PORT: String(consolePort),
    DEMO_EVENTS: offered,
    DEMO_RATE: String(rate),
  }
  const compose = (...args: string[]): Promise<string> =>
    docker(['compose', '--project-name', project, '--profile', 'demo', ...args], env)
  const up = (...args: string[]): Promise<string> => compose('up', '--detach', '--wait', ...args)
  const nth = (service: string, number = 1): string => `${project}-${service}-${number}`
  const ends: Ends = { proofpoint: nth('proofpoint'), devo: nth('devo') }
  atEnd(t, () => compose('down', '--volumes', '--timeout', '5'))

  await compose('build', '--quiet')
  const started = performance.now()
  await up()
  const isUp = performance.now()
  await eventually(
    'the first event',
    async () => ((await arrivedAt(ends)).frames > 0 ? true : undefined),
    minute,
  )
  t.diagnostic(
    `first delivered event ${seconds(performance.now() - started)} after the start of up --wait, which took ${seconds(isUp - started)}`,
  )
  return { compose, up, nth, ends, brokers: [`127.0.0.1:${port}`] }
}

/** Follows the topics of a stack, and how long partitions of dedup stand still. */
export async function watchFlow(t: TestContext, brokers: readonly string[]) {
  const topics = await openTopics(brokers, { prefix: 'pod', partitions: 6, services: knownServices })
  atEnd(t, topics.close)
  const ledgers = knownServices.flatMap(service => {
    const { name, partitions } = topics.topics.seen(service)
    return Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))
  })
  const commits = await watchCommits(t, topics.fetcher, ledgers)
  return {
    counts: topics.counts,
    /** Ms that a partition of dedup stands still at the longest while something is done. */
    async pauseOf(doing: () => Promise<unknown>): Promise<number> {
      const moment = performance.now()
      await doing()
      // A pause counts when it is over. Where nothing comes any more it never is.
      const done = performance.now()
      const goesOn = (): boolean => ledgers.every(ledger => commits.since(ledger, done))
      while (!goesOn() && performance.now() - done < 15_000) await sleep(100)
      return Math.max(...ledgers.map(ledger => commits.longestPause(ledger, moment)))
    },
  }
}

/** Waits until all that was offered has been sent and has arrived; false when for a minute nothing moves. */
export async function settled(ends: Ends): Promise<boolean> {
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

/** The memory of each container, and the size of the image. */
export async function sizesOf({ compose }: Pick<Stack, 'compose'>): Promise<string> {
  const names = (await compose('ps', '--quiet')).trim().split('\n')
  const lines = await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...names])
  const memory = lines
    .trim()
    .split('\n')
    .map(line => /-(\w+-\d+) (\S+)/.exec(line)?.slice(1).join(' '))
    .sort()
  const bytes = await docker(['image', 'inspect', '--format', '{{.Size}}', 'podpipe:latest'])
  return `image ${Math.round(Number(bytes) / 1e6)} MB; memory: ${memory.join(', ')}`
}

/**
 * Waits until every container is healthy. One that was not is asked again only after half a minute.
 * @throws with those that are not, after three minutes
 */
export async function isWell({ compose }: Pick<Stack, 'compose'>): Promise<void> {
  const states = async (): Promise<string[]> =>
    (await compose('ps', '--format', '{{.Name}} {{.Status}}')).trim().split('\n')
  const ill = async (): Promise<string[]> => (await states()).filter(state => !state.endsWith('(healthy)'))
  const started = performance.now()
  while ((await ill()).length > 0) {
    if (performance.now() - started > 3 * minute) throw new Error(`not well: ${(await ill()).join(', ')}`)
    await sleep(1_000)
  }
}

/** The last warnings and errors of the services, for a test that failed. */
export const warningsOf = async ({ compose }: Pick<Stack, 'compose'>): Promise<string> =>
  (await compose('logs', '--no-color', 'ingest', 'dedup', 'forwarder'))
    .split('\n')
    .filter(line => /"level":[45]0/.test(line))
    .slice(-20)
    .join('\n')

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
