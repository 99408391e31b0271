// One to three forwarders of one installation: they die, come and go, and what they have sent again is added up.

import type { TestContext } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { atEnd } from '../at-end.ts'
import { bury, membersOf } from '../brokers/bury.ts'
import { eventually, until } from '../eventually.ts'
import { type OutputName, outputs } from '../faults/delivery-plan.ts'
import { partsOf } from '../metrics/metrics.ts'
import { partitionsOf, replica } from './replica.ts'

export interface ForwarderFleet {
  begin(): void
  /** Starts again whoever has ended by itself, as whoever runs it would. */
  keepUp(): void
  /** SIGKILL of one of them, and the start of another one. */
  replace(): Promise<void>
  /** One more, or one less if there are three; resolves when it has joined, or is gone. */
  change(how: 'stop' | 'kill'): Promise<void>
  /** Stops all in order. */
  end(): Promise<void>
  /** Resolves when one of them has found out by what an output is confirmed. */
  knows(output: OutputName, evidence: string): Promise<void>
  /** How many events they have sent again for want of evidence, by output, as far as it was seen. */
  resent(): ReadonlyMap<string, number>
  /** The last words of each that ended by itself. */
  readonly ownEnds: readonly string[]
  tail(lines: number): string
}

const most = 3
const lookMs = 500
/** That a peer never answers shows once it has taken 9 MiB and left two ends unanswered, 30 s each. */
const knowledgePatience = 180_000

export function forwarderFleet(
  t: TestContext,
  chain: Chain,
  client: KafkaClient,
  prefix: string,
): ForwarderFleet {
  const running: ServiceProcess[] = []
  const ownEnds: string[] = []
  const resent = new Map<ServiceProcess, ReadonlyMap<string, number>>()
  const groups = outputs.map(output => groupOf(prefix, `forwarder-${output}`))
  let turn = 0

  const look = async (process: ServiceProcess): Promise<void> => {
    const parts = await partsOf(process).catch(() => undefined)
    if (parts === undefined) return
    resent.set(process, new Map(outputs.map(output => [output, Number(parts[output]?.resent ?? 0)])))
  }
  const timer = setInterval(() => running.map(look), lookMs)
  atEnd(t, () => clearInterval(timer))

  const start = (): ServiceProcess => {
    const started = replica(t, chain, 'forwarder')
    running.push(started)
    return started
  }
  const remove = async (process: ServiceProcess, how: 'stop' | 'kill'): Promise<void> => {
    running.splice(running.indexOf(process), 1)
    // One that has only just begun does not know yet how to stop in order.
    if (how === 'stop') await joined(process)
    await look(process)
    const code = await process[how]()
    if (how === 'stop' && code !== 0)
      throw new Error(`A forwarder did not stop in order:\n${process.tail(20)}`)
  }
  const joined = (process: ServiceProcess): Promise<void> =>
    until('a forwarder has joined', () => !process.running || partitionsOf(process) !== undefined)
  const next = (): ServiceProcess => {
    const found = running[turn++ % running.length]
    if (found === undefined) throw new Error('no forwarder runs')
    return found
  }

  return {
    ownEnds,
    begin: () => void start(),
    keepUp() {
      for (const process of [...running]) {
        if (process.running) continue
        ownEnds.push(process.tail(2))
        running.splice(running.indexOf(process), 1)
        start()
      }
    },
    async replace() {
      const alone = running.length === 1
      await remove(next(), 'kill')
      const dead = alone ? await Promise.all(groups.map(group => membersOf(client, group))) : []
      start()
      // With others beside it nobody can tell the dead from the living; Kafka finds out by itself.
      await Promise.all(dead.map((members, at) => bury(client, groups[at] ?? '', members)))
    },
    async change(how) {
      if (running.length >= most) return remove(next(), how)
      await joined(start())
    },
    async end() {
      for (const process of [...running]) await remove(process, 'stop')
    },
    async knows(output, evidence) {
      await eventually(
        `${output} is confirmed by ${evidence}`,
        async () => {
          const found = await Promise.all(running.map(process => partsOf(process).catch(() => undefined)))
          return found.some(parts => parts?.[output]?.evidence === evidence) || undefined
        },
        knowledgePatience,
      )
    },
    resent() {
      const sum = (output: string): number =>
        [...resent.values()].reduce((all, each) => all + (each.get(output) ?? 0), 0)
      return new Map(outputs.map(output => [output, sum(output)]))
    },
    tail: lines => running.map(process => process.tail(lines)).join('\n---\n'),
  }
}
