// The forwarder alone under faults: events flow into unique, it writes them to four sinks, each of another manner, and
// whatever happens on the way, each sink has each event in the end, unchanged.

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../at-end.ts'
import { nothing, recordsBetween, uncommittedIn } from '../brokers/uncommitted.ts'
import { type ForwarderFleet, forwarderFleet } from '../chains/forwarder-fleet.ts'
import { startSinks } from '../chains/sinks.ts'
import { eventually } from '../eventually.ts'
import { Arrivals } from '../loads/arrivals.ts'
import { lossWatch } from '../loads/loss-watch.ts'
import type { Pace } from '../loads/steady-load.ts'
import { startUniqueLoad } from '../loads/unique-load.ts'
import { type DeliveryAccount, deliveryAccountOf, deliverySentenceOf } from './delivery-account.ts'
import { type DeliveryFault, outputs } from './delivery-plan.ts'
import type { UnderFaults } from './fault-loop.ts'

/** It has recovered when every sink has each event that is in unique; when it does not come to that, it throws. */
export interface DeliveryRun extends UnderFaults<DeliveryFault> {
  readonly fleet: ForwarderFleet
  /** Why it broke off, with the seed, the account as it stands, and the end of the log. */
  explain(error: unknown): Promise<Error>
  /** Ends the flow, waits until every sink has everything, stops every forwarder, and adds up. */
  finish(): Promise<DeliveryAccount[]>
}

const partitions = 3
const strikePatience = 30_000
const recoveryPatience = 240_000
const pollMs = 50

/** Small ones, so that many end while the faults fall; four on their way and one behind them. */
const stretch = 300
const unconfirmed = 5 * stretch
const config = `forwarder: {stretch_events: ${stretch}, stretch_time: 500ms}\nstop_budget: 40s\n`

/**
 * Starts everything and waits until events flow; it ends with the test.
 * @param options.broker what `broker` faults fall on
 */
export async function startDeliveryFaults(
  t: TestContext,
  options: {
    brokers: readonly string[]
    broker?: EmbeddedBroker
    seed: number
    load: Pace
    /** Whether it has to find out by itself that a sink never answers. */
    mute: 'auto' | 'acked'
  },
): Promise<DeliveryRun> {
  const { brokers, broker, seed, load: pace, mute } = options
  const prefix = `d${randomBytes(4).toString('hex')}`
  const sinks = await startSinks(t, { brokers, prefix, partitions, seed, config, mute })
  const opened = await sinks.chain.topics()
  atEnd(t, opened.close)
  const { client, fetcher, topics } = opened
  const uncommitted = uncommittedIn(client, fetcher, topics, prefix)
  const fleet = forwarderFleet(t, sinks.chain, client, prefix)
  const load = await startUniqueLoad(client, topics, createRandom(seed, 1), pace)
  atEnd(t, load.abandon)
  /** What may have come twice to each output because a forwarder died or partitions moved. */
  const again = new Map<string, number>(outputs.map(output => [output, 0]))

  const arrivals = outputs.map(output => ({
    output,
    arrivals: new Arrivals(load.events, event => sinks.all[output].count(event) > 0),
  }))
  const recovered = async (): Promise<number> => {
    const since = performance.now()
    for (const each of arrivals) each.arrivals.expectAll()
    const watch = lossWatch(uncommitted)
    for (;;) {
      const behind = arrivals.filter(each => each.arrivals.missing().length > 0)
      if (behind.length === 0) return performance.now() - since
      fleet.keepUp()
      const told = behind.map(each => `${each.output} lacks ${each.arrivals.missing().length}`).join(', ')
      const lost = await watch.lostBy(behind.map(({ output }) => output))
      if (lost.length > 0) throw new Error(`${told}; ${lost.join(', ')} will not get them: all is committed.`)
      if (performance.now() - since > recoveryPatience)
        throw new Error(`Not within ${recoveryPatience / 1_000} s: of ${load.events.size} events ${told}.`)
      await sleep(pollMs)
    }
  }

  /** Whatever this does to the groups, what was not committed before it, up to where the topics end behind it. */
  const moving = async (act: () => Promise<unknown>): Promise<void> => {
    const before = await Promise.all(outputs.map(output => persistently(() => uncommitted.committed(output))))
    await act()
    const ends = await persistently(() => uncommitted.ends())
    outputs.forEach((output, at) => {
      const records = recordsBetween(before[at] ?? nothing, ends)
      again.set(output, (again.get(output) ?? 0) + records + unconfirmed)
    })
  }

  const commit = async (fault: DeliveryFault): Promise<boolean> => {
    fleet.keepUp()
    switch (fault.kind) {
      case 'kill':
        await sleep(fault.after)
        await moving(fleet.replace)
        return true
      case 'rebalance':
        await moving(() => fleet.change(fault.how))
        return true
      case 'drop': {
        const sink = sinks.all[fault.output]
        const before = sink.stats().resets
        sink.resetNext(fault.bytes)
        const until = performance.now() + strikePatience
        while (sink.stats().resets === before) {
          if (performance.now() > until) return false
          await sleep(5)
        }
        return true
      }
      case 'stall':
        return during(fault.ms, sinks.all[fault.output].stall, sinks.all[fault.output].resume)
      case 'slow': {
        const { slow } = sinks.all[fault.output]
        return during(
          fault.ms,
          () => slow(20_000),
          () => slow(0),
        )
      }
      case 'refuse':
        return during(fault.ms, sinks.all[fault.output].refuse, sinks.all[fault.output].accept)
      case 'restart': {
        const { refuse, resetAll, accept } = sinks.all[fault.output]
        const leave = (): void => {
          refuse()
          resetAll()
        }
        return during(fault.ms, leave, accept)
      }
      case 'certificate':
        await sinks.exchangeCertificates()
        return true
      case 'broker': {
        if (broker === undefined) throw new Error('This run has no broker of its own.')
        await moving(async () => {
          if (fault.how === 'restart') await broker.restart()
          else broker.kill()
          await recovered()
        })
        return true
      }
    }
  }

  const account = async (): Promise<DeliveryAccount[]> => {
    // What the load itself has written twice, when an acknowledgement of Kafka was lost.
    const ends = await uncommitted.ends().catch(() => nothing)
    const twice = Math.max(0, recordsBetween(nothing, ends) - load.events.size)
    const resent = fleet.resent()
    return outputs.map(output => {
      const sink = sinks.all[output]
      const hashes = [...sink.hashes()].map(([hash]) => hash)
      const bound = (again.get(output) ?? 0) + (resent.get(output) ?? 0) + twice
      return deliveryAccountOf(output, load.events, hashes, sink.stats(), bound)
    })
  }

  const explain = async (error: unknown): Promise<Error> => {
    const lines = (await account()).map(each => `seed ${seed}   ${deliverySentenceOf(each)}`)
    return new Error(
      `${reasonOf(error)}\nAs it stands, with what is still on its way:\n${lines.join('\n')}\nThe logs of the forwarders end with\n${fleet.tail(60)}`,
      { cause: error },
    )
  }

  fleet.begin()
  await eventually('events in unique', () => (load.sent > 0 ? true : undefined))
  try {
    await recovered()
    // A forwarder that is killed before would begin to find out anew.
    await fleet.knows('mute', 'acked')
  } catch (error) {
    throw await explain(error)
  }

  return {
    commit,
    recovered,
    explain,
    fleet,
    async finish() {
      await load.stop()
      await recovered()
      await fleet.end()
      return account()
    },
  }
}

async function during(ms: number, begin: () => unknown, end: () => unknown): Promise<true> {
  begin()
  await sleep(ms)
  await end()
  return true
}

/** Asks until there is an answer: the broker that is asked is the one that faults fall on. */
function persistently<Value>(ask: () => Promise<Value>): Promise<Value> {
  return eventually('an answer of Kafka', () => ask().catch(() => undefined), recoveryPatience)
}
