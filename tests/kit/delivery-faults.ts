// The forwarder alone under faults: events flow into unique, it writes them to four sinks, each of another manner, and
// whatever happens on the way, each sink has each event in the end, unchanged.

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from './at-end.ts'
import { type DeliveryAccount, deliveryAccountOf } from './delivery-account.ts'
import { type DeliveryFault, outputs } from './delivery-plan.ts'
import { eventually } from './eventually.ts'
import type { UnderFaults } from './fault-loop.ts'
import { type ForwarderFleet, forwarderFleet } from './forwarder-fleet.ts'
import { startSinks } from './sinks.ts'
import type { Pace } from './steady-load.ts'
import { nothing, recordsBetween, uncommittedIn } from './uncommitted.ts'
import { startUniqueLoad } from './unique-load.ts'

/** It has recovered when every sink has what is in unique; when it does not come to that, it throws the end of the log. */
export interface DeliveryRun extends UnderFaults<DeliveryFault> {
  readonly fleet: ForwarderFleet
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
  options: { brokers: readonly string[]; broker?: EmbeddedBroker; seed: number; load: Pace },
): Promise<DeliveryRun> {
  const { brokers, broker, seed, load: pace } = options
  const prefix = `d${randomBytes(4).toString('hex')}`
  const sinks = await startSinks(t, { brokers, prefix, partitions, seed, config })
  const opened = await sinks.chain.topics()
  atEnd(t, opened.close)
  const { client, fetcher, topics } = opened
  const uncommitted = uncommittedIn(client, fetcher, topics, prefix)
  const fleet = forwarderFleet(t, sinks.chain, client, prefix)
  const load = await startUniqueLoad(client, topics, createRandom(seed, 1), pace)
  atEnd(t, load.stop)
  /** What may have come twice to each output because a forwarder died or partitions moved. */
  const again = new Map<string, number>(outputs.map(output => [output, 0]))

  const counts = (): number[] => outputs.map(output => sinks.all[output].stats().distinct)
  const recovered = async (): Promise<number> => {
    const since = performance.now()
    const target = load.events.size
    while (counts().some(count => count < target)) {
      fleet.keepUp()
      if (performance.now() - since > recoveryPatience)
        throw new Error(
          `Not within ${recoveryPatience / 1_000} s: ${target} events, and ${outputs.map((output, at) => `${output} has ${counts()[at]}`).join(', ')}. The log ends with\n${fleet.tail(60)}`,
        )
      await sleep(pollMs)
    }
    return performance.now() - since
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

  fleet.begin()
  await eventually('events in unique', () => (load.sent > 0 ? true : undefined))
  await recovered()

  return {
    commit,
    recovered,
    fleet,
    async finish() {
      await load.stop()
      await recovered()
      const resent = await fleet.end()
      // What the load itself has written twice, when an acknowledgement of Kafka was lost.
      const ends = await uncommitted.ends()
      const twice = recordsBetween(nothing, ends) - load.events.size
      return outputs.map(output => {
        const sink = sinks.all[output]
        const hashes = [...sink.hashes()].map(([hash]) => hash)
        const bound = (again.get(output) ?? 0) + (resent.get(output) ?? 0) + twice
        return deliveryAccountOf(output, load.events, hashes, sink.stats(), bound)
      })
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
