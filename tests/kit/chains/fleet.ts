// dedup as several processes under load: who has opened which partition, and how long partitions stand still when
// a process comes or goes.

import { randomInt } from 'node:crypto'
import type { TestContext } from 'node:test'
import { placesOf } from '@podpipe/dedup/places.ts'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import { nameOf } from '@podpipe/runtime/kafka/group/assigner.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../at-end.ts'
import { eventually, until } from '../eventually.ts'
import type { FaultAccount } from '../faults/fault-account.ts'
import { watchCommits } from '../loads/commit-times.ts'
import { accountOfLoad } from '../loads/load-account.ts'
import { startRawLoad } from '../loads/raw-load.ts'
import { testChain } from './chain.ts'
import { runPodpipe } from './podpipe.ts'
import { partitionsOf, replica } from './replica.ts'
import { linesFrom } from './service-log.ts'

/** What a change of the fleet has moved. */
export interface Moves {
  /** The partitions that were opened since, and by whom. */
  readonly opened: readonly { readonly name: string; readonly by: ServiceProcess }[]
  /** What whoever left had before; empty when somebody came. */
  readonly left: readonly string[]
}

export interface Fleet {
  /** Starts one more process and waits until it works on all that it was given. */
  join(): Promise<{ readonly process: ServiceProcess; readonly moves: Moves }>
  /** Ends a process and waits until others work on all that it had. */
  end(process: ServiceProcess, how: 'stop' | 'kill'): Promise<Moves>
  /** Ends the load, waits until everything is decided, stops what still runs and adds up; with the audit. */
  finish(): Promise<FaultAccount>
}

/** Events of each partition, some 50 a second: none of them waits for the load when it stands still. */
const pace = { batch: 10, pause: 20 }

/** Starts the load and the watching; the processes are the test's to start. Everything ends with the test. */
export async function startFleet(t: TestContext): Promise<Fleet> {
  const seed = randomInt(65_536)
  const chain = await testChain(t, { seed, config: 'log_level: debug\n' })
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const load = await startRawLoad(topics.client, topics.topics, createRandom(seed, 1), pace)
  atEnd(t, load.stop)
  const places = new Map(placesOf(topics.topics).map(place => [nameOf(place.raw), place]))
  const commits = await watchCommits(
    t,
    topics.fetcher,
    [...places.values()].map(({ seen }) => seen),
  )
  const linesRead = new Map<ServiceProcess, number>()
  const owners = new Map<string, ServiceProcess>()
  const ownedBy = (process: ServiceProcess): string[] =>
    [...owners].filter(([, owner]) => owner === process).map(([name]) => name)

  /** Reads on in every log. @returns what was opened since the last time */
  const readOn = (): Moves['opened'][number][] =>
    [...linesRead].flatMap(([by, from]) => {
      const lines = linesFrom(by, from)
      linesRead.set(by, from + lines.length)
      const opened = lines.filter(({ msg }) => msg === 'dedup has recovered the partition')
      return opened.map(({ service = '', partition = 0 }) => {
        const name = nameOf({ topic: topics.topics.raw(service).name, partition })
        owners.set(name, by)
        return { name, by }
      })
    })

  const watch = async (what: string, since: number, settled: () => boolean): Promise<Moves['opened']> => {
    const opened: Moves['opened'][number][] = []
    await until(`${what}: everything is owned`, () => {
      opened.push(...readOn())
      return settled()
    })
    const then = performance.now()
    const ledgers = [...places].map(([name, { seen }]) => ({ name, seen }))
    await until(`${what}: everything goes on`, () => ledgers.every(({ seen }) => commits.since(seen, then)))
    opened.push(...readOn())
    const moved = new Set(opened.map(({ name }) => name))
    const longest = (of: typeof ledgers): string =>
      `${Math.round(Math.max(0, ...of.map(({ seen }) => commits.longestPause(seen, since))))} ms`
    const [those, others] = [true, false].map(has => ledgers.filter(({ name }) => moved.has(name) === has))
    t.diagnostic(
      `${what}: ${those?.length} partitions moved, at most ${longest(those ?? [])} between two commits; ${others?.length} stayed, at most ${longest(others ?? [])}`,
    )
    return opened
  }

  return {
    async join() {
      const since = performance.now()
      const process = linesRead.size === 0 ? chain.start('dedup') : replica(t, chain, 'dedup')
      await eventually('a log', () => (process.tail(1) === '' ? undefined : true))
      linesRead.set(process, 0)
      const opened = await watch('one more process', since, () => {
        const share = partitionsOf(process)
        return share !== undefined && share > 0 && ownedBy(process).length === share
      })
      return { process, moves: { opened, left: [] } }
    },
    async end(process, how) {
      const since = performance.now()
      const left = ownedBy(process)
      const code = await process[how]()
      if (how === 'stop' && code !== 0) throw new Error(`dedup did not stop in order:\n${process.tail(20)}`)
      const what = how === 'stop' ? 'an ordered stop' : 'a kill'
      const opened = await watch(what, since, () => left.every(name => owners.get(name) !== process))
      return { opened, left }
    },
    async finish() {
      await load.stop()
      await eventually('everything decided', async () => {
        const { received, unique, duplicate, rejected } = await topics.counts()
        return unique + duplicate + rejected === received ? true : undefined
      })
      for (const process of linesRead.keys()) {
        if (process.running) await process.stop()
      }
      const { code, out, err } = await runPodpipe(['audit', '--deep', '--config', chain.configFile])
      if (code !== 0) throw new Error(`The audit ended with exit code ${code}:\n${out}${err}`)
      return accountOfLoad(topics, load)
    },
  }
}
