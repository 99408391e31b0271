// dedup alone under faults: records flow into raw, dedup works through a proxy before each broker, and whatever
// happens on the way, each event is in unique in the end, once.

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../at-end.ts'
import { bury, membersOf } from '../brokers/bury.ts'
import type { Cluster } from '../brokers/cluster.ts'
import { type Strike, startKafkaProxy } from '../brokers/kafka-proxy.ts'
import { leadersIn } from '../brokers/leadership.ts'
import { testChain } from '../chains/chain.ts'
import { runPodpipe } from '../chains/podpipe.ts'
import { eventually } from '../eventually.ts'
import { accountOfLoad } from '../loads/load-account.ts'
import { startRawLoad } from '../loads/raw-load.ts'
import type { Pace } from '../loads/steady-load.ts'
import type { FaultAccount } from './fault-account.ts'
import type { UnderFaults } from './fault-loop.ts'
import type { Fault } from './fault-plan.ts'

/** It has recovered when dedup has decided all that is in raw; when it does not come to that, it throws the end of the log. */
export interface FaultRun extends UnderFaults<Fault> {
  /** How many requests of each kind dedup has sent. */
  readonly requests: ReadonlyMap<string, number>
  /** The last words of dedup each time that it ended by itself, and was started again as whoever runs it would. */
  readonly ownEnds: readonly string[]
  /** Ends the flow, waits until everything is decided, stops dedup, and adds up. */
  finish(): Promise<FaultAccount>
  /**
   * Has `podpipe audit --deep` hold the topics to account; only behind `finish`.
   * @returns its last line: what it has added up
   * @throws with its words when the account does not close
   */
  audit(): Promise<string>
}

const partitions = 3
const strikePatience = 30_000
const recoveryPatience = 180_000
const pollMs = 100

/**
 * Starts everything and waits until events flow; it ends with the test.
 * @param options.cluster what `broker` faults fall on; brokers are its own then
 */
export async function startFaults(
  t: TestContext,
  options: { brokers: readonly string[]; cluster?: Cluster; seed: number; load: Pace },
): Promise<FaultRun> {
  const { brokers, cluster, seed, load: pace } = options
  const proxy = await startKafkaProxy(t, brokers)
  const prefix = `f${randomBytes(4).toString('hex')}`
  const chain = await testChain(t, { brokers, through: proxy.brokers, prefix, partitions, seed })
  const opened = await chain.topics()
  atEnd(t, opened.close)
  const { client, fetcher, topics } = opened
  const load = await startRawLoad(client, topics, createRandom(seed, 1), pace)
  atEnd(t, load.stop)
  const group = groupOf(prefix, 'dedup')
  const ownEnds: string[] = []

  const dedup = () => chain.process('dedup')
  const keepUp = (): void => {
    if (dedup().running) return
    ownEnds.push(dedup().tail(2))
    chain.start('dedup')
  }
  // The next one starts at once, and finds the partitions free: it takes longer to start than this to free them.
  const replace = async (beforeStart?: () => void): Promise<void> => {
    await dedup().kill()
    const dead = await membersOf(client, group)
    beforeStart?.()
    chain.start('dedup')
    await bury(client, group, dead)
  }
  const strike = async (what: Strike, act?: () => void): Promise<boolean> => {
    const patience = AbortSignal.timeout(strikePatience)
    try {
      await proxy.strike(what, patience, act)
      return true
    } catch (error) {
      if (error !== patience.reason) throw error
      return false
    }
  }
  const signal = (name: NodeJS.Signals) => () => dedup().signal(name)

  const places = topics.services.flatMap(service =>
    Array.from({ length: partitions }, (_, partition) => ({ service, partition })),
  )
  const rawOf = ({ service, partition }: (typeof places)[number]): TopicPartition => ({
    topic: topics.raw(service).name,
    partition,
  })
  const decidedOf = async ({ service, partition }: (typeof places)[number]): Promise<number> => {
    const { name: topic, codec } = topics.seen(service)
    const last = await lastRecord(fetcher, { topic, partition })
    return last?.value == null ? 0 : codec.decode(last.value).next_offset
  }
  const recovered = async (): Promise<number> => {
    const since = performance.now()
    const ends = await persistently('where raw ends', () => fetcher.edges(places.map(rawOf), 'high'))
    let behind = places.map((place, at) => ({ place, end: ends[at] ?? 0 }))
    while (behind.length > 0) {
      keepUp()
      const decided = await persistently('how far dedup is', () =>
        Promise.all(behind.map(({ place }) => decidedOf(place))),
      )
      behind = behind.filter(({ end }, at) => (decided[at] ?? 0) < end)
      if (behind.length > 0 && performance.now() - since > recoveryPatience) {
        const where = behind.map(({ place, end }) => `${nameOf(rawOf(place))} before ${end}`).join(', ')
        throw new Error(
          `dedup does not go on within ${recoveryPatience / 1_000} s in ${where}. Its log ends with\n${dedup().tail(60)}`,
        )
      }
      if (behind.length > 0) await sleep(pollMs)
    }
    return performance.now() - since
  }

  const leaders = leadersIn(client, brokers, topics)
  const commit = async (fault: Fault): Promise<boolean> => {
    keepUp()
    switch (fault.kind) {
      case 'kill': {
        let fell = true
        if ('strike' in fault) fell = await strike(fault.strike, signal('SIGKILL'))
        else await sleep(fault.after)
        await replace()
        return fell
      }
      case 'cut': {
        if (!fault.restart) return strike(fault.strike)
        const { promise: falling, resolve: arm } = Promise.withResolvers<boolean>()
        await replace(() => arm(strike(fault.strike)))
        return falling
      }
      case 'freeze': {
        const fell = await strike(fault.strike, signal('SIGSTOP'))
        if (fell) await sleep(fault.ms)
        signal('SIGCONT')()
        return fell
      }
      case 'broker': {
        if (cluster === undefined)
          throw new Error('This run has no cluster that a broker could be killed in.')
        const node = await leaders.of(fault.leads)
        await cluster.kill(node)
        await sleep(fault.away / 2)
        if (fault.alsoKill) await replace()
        await sleep(fault.away / 2)
        await cluster.start(node)
        await leaders.inSync()
        return true
      }
      case 'coordinator': {
        const move = await leaders.prepareMove(fault.leads)
        let moving: Promise<void> | undefined
        const fell = await strike(fault.strike, () => {
          moving = move()
        })
        await moving
        if (fault.alsoKill) await replace()
        return fell
      }
    }
  }

  chain.start('dedup')
  await eventually('events in raw', () => (load.sent > 0 ? true : undefined))
  await recovered()

  return {
    commit,
    recovered,
    requests: proxy.requests,
    ownEnds,
    async finish() {
      await load.stop()
      await recovered()
      const code = await dedup().stop()
      if (code !== 0) throw new Error(`dedup did not stop in order:\n${dedup().tail(20)}`)
      return accountOfLoad(opened, load)
    },
    async audit() {
      const { code, out, err } = await runPodpipe(['audit', '--deep', '--config', chain.configFile])
      if (code !== 0) throw new Error(`The audit ended with exit code ${code}:\n${out}${err}`)
      return out.trimEnd().split('\n').at(-1) ?? ''
    },
  }
}

/** Asks until there is an answer: the brokers that are asked are those that the faults fall on. */
function persistently<Value>(what: string, ask: () => Promise<Value>): Promise<Value> {
  return eventually(what, () => ask().catch(() => undefined), recoveryPatience)
}
