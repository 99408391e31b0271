// The sides of the measurement: podpipe's dedup in one process and in two, a Kafka Streams application as it comes and
// tuned, and a copier that decides nothing.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startJavaPeer } from './java-peer.ts'
import type { Peers } from './peer-jars.ts'
import { kafka, type Outside, topics } from './topics.ts'

export type SideName = 'dedup' | 'twoDedups' | 'streams' | 'tunedStreams' | 'copier'

/** A side at work. */
export interface Working {
  readonly pids: readonly number[]
  /** Whether all its processes have their share. */
  isWhole(): boolean
  /** How many records of raw it has decided, by what is committed. */
  decided(): number | Promise<number>
  /** @throws Error with its last words when a process has ended */
  requireAll(): void
}

export interface Side {
  readonly name: SideName
  /** What it is called in front of people. */
  readonly title: string
  /** Whether it lets each id through once. */
  readonly removesCopies: boolean
  readonly output: Topic<unknown>
  /** What must be empty when a round begins, the output included. */
  readonly written: readonly Topic<unknown>[]
  /**
   * Starts it at the beginning of raw, with nothing remembered.
   * @param round its number, for names that must not be used twice
   * @param stack takes what stops it
   */
  start(round: number, stack: AsyncDisposableStack): Working
}

/** @param options.peers undefined leaves out what needs them */
export async function sidesOf(options: {
  directory: string
  brokers: readonly string[]
  outside: Outside
  peers: Peers | undefined
  signal: AbortSignal
}): Promise<readonly Side[]> {
  const { directory, brokers, outside, peers } = options
  const ours = await dedupsOf(directory, brokers, outside)
  if (peers === undefined) return ours

  const peer = (
    name: SideName,
    title: string,
    main: string,
    argsFor: (group: string, folder: string) => readonly string[],
  ): Side => {
    const output = { ...topics.unique('message'), name: `${kafka.prefix}.peer.${name}` }
    return {
      name,
      title,
      removesCopies: main === 'StreamsDedup',
      output,
      written: [output],
      start(round, stack) {
        const group = `${name}-${round}`
        const folder = join(directory, group)
        mkdirSync(folder)
        const args = [brokers.join(','), outside.raw.name, output.name, ...argsFor(group, folder)]
        const running = startJavaPeer({ peers, main, args, folder }, stack)
        return {
          pids: [running.pid],
          isWhole: () => true,
          decided: () => outside.committed(group),
          requireAll: running.requireRunning,
        }
      },
    }
  }
  const streams = (name: SideName, title: string, how: 'usual' | 'tuned'): Side =>
    peer(name, title, 'StreamsDedup', (group, folder) => [group, folder, how])
  return [
    ...ours,
    streams('streams', 'Kafka Streams', 'usual'),
    streams('tunedStreams', 'Kafka Streams, tuned', 'tuned'),
    peer('copier', 'copier', 'ExactlyOnceCopier', group => [group, `${kafka.partitions}`]),
  ]
}

/** How to start podpipe's dedup here. */
export async function configureDedup(
  directory: string,
  brokers: readonly string[],
): Promise<{ config: string; trust: string }> {
  const certificates = await createCertificates(join(directory, 'certs'))
  const { domain } = certificates
  // Both ends are named as the configuration asks for them; nobody connects to them.
  const endpoints = {
    proofpointUrl: 'wss://localhost:1',
    cluster: 'bench_hosted',
    apiKey: 'none',
    devoPort: 1,
  }
  const config = await writeConfig(directory, { ...endpoints, domain }, { brokers, ...kafka })
  return { config, trust: certificates.chainFile }
}

async function dedupsOf(directory: string, brokers: readonly string[], outside: Outside): Promise<Side[]> {
  const { config, trust } = await configureDedup(directory, brokers)
  const output = topics.unique('message')

  const side = (name: SideName, title: string, processes: number): Side => ({
    name,
    title,
    removesCopies: true,
    output,
    written: [output, topics.seen('message')],
    start(round, stack) {
      const decided = outside.followLedger(stack)
      const running = Array.from({ length: processes }, (_, at): ServiceProcess => {
        const logFile = join(directory, `${name}-${round}-${at}.log`)
        return startPodpipe('dedup', ['run', 'dedup', '--config', config], { logFile, trust })
      })
      stack.defer(async () => void (await Promise.all(running.map(each => each.running && each.stop()))))
      return {
        pids: running.map(({ pid }) => pid),
        isWhole: () => isShared(running.map(partitionsOf)),
        decided,
        requireAll() {
          const ended = running.find(each => !each.running)
          if (ended !== undefined) throw new Error(`dedup has ended in mid-flow:\n${ended.tail(8)}`)
        },
      }
    },
  })
  return [side('dedup', 'dedup', 1), side('twoDedups', 'two dedups', 2)]
}

/** Whether these shares are all there is, and nobody goes without. */
function isShared(shares: readonly number[]): boolean {
  const all = kafka.services.length * kafka.partitions
  return shares.every(share => share > 0) && shares.reduce((sum, share) => sum + share, 0) === all
}

/** How many partitions a process was given when it joined its group the last time. */
function partitionsOf(process: ServiceProcess): number {
  const joined = process
    .tail(50)
    .split('\n')
    .findLast(line => line.includes('joined the consumer group'))
  return Number(/"partitions":(\d+)/.exec(joined ?? '')?.[1] ?? 0)
}
