// The sides of the measurement: podpipe's forwarder, rsyslog, and a naive sender; all read the same topic.

import { mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import type { Certificates } from '@podpipe/simulators/certificates.ts'
import { startChild } from '../child.ts'
import { kafka } from '../dedup/topics.ts'
import { missingOfRsyslog, startRsyslog } from './rsyslog.ts'
import { unique } from './topic.ts'

export type SideName = 'forwarder' | 'rsyslog' | 'naive'

/** A side at work. */
export interface Working {
  readonly pid: number
  /** @throws Error with its last words when it has ended */
  requireRunning(): void
}

export interface Side {
  readonly name: SideName
  /** What it is called in front of people. */
  readonly title: string
  /**
   * Starts it at the beginning of the topic.
   * @param round a name that no other round has
   * @param stack takes what stops it
   */
  start(round: string, stack: AsyncDisposableStack): Promise<Working>
}

/** @param options.say told what is missing, and how to get it */
export async function sidesOf(options: {
  directory: string
  brokers: readonly string[]
  certificates: Certificates
  sinkPort: number
  say: (text: string) => void
}): Promise<readonly Side[]> {
  const { directory, brokers, certificates, sinkPort, say } = options
  const { client, chainFile } = certificates
  const common = {
    brokers,
    topic: unique.name,
    port: sinkPort,
    cert: client.certFile,
    key: client.keyFile,
    chain: chainFile,
  }
  const naive: Side = {
    name: 'naive',
    title: 'naive sender',
    async start(round, stack) {
      const { pid } = await startChild(
        'forward/naive-sender.ts',
        { ...common, group: `naive-${round}` },
        {},
        stack,
      )
      return { pid, requireRunning: () => undefined }
    },
  }
  const rsyslog: Side = {
    name: 'rsyslog',
    title: 'rsyslog',
    async start(round, stack) {
      const folder = join(directory, `rsyslog-${round}`)
      mkdirSync(folder)
      return startRsyslog({ ...common, folder, group: `rsyslog-${round}` }, stack)
    },
  }
  const missing = missingOfRsyslog()
  if (missing !== undefined) say(`${missing}. Measuring without it.`)
  return [await forwarderOf(options), ...(missing === undefined ? [rsyslog] : []), naive]
}

async function forwarderOf({
  directory,
  brokers,
  certificates: { domain, chainFile },
  sinkPort,
}: Parameters<typeof sidesOf>[0]): Promise<Side> {
  const config = await writeConfig(
    directory,
    {
      proofpointUrl: 'wss://localhost:1',
      cluster: 'bench_hosted',
      apiKey: 'none',
      devoPort: sinkPort,
      domain,
    },
    { brokers, ...kafka },
  )
  const text = await readFile(config, 'utf8')
  return {
    name: 'forwarder',
    title: 'forwarder',
    async start(round, stack) {
      // An output of a name of its own has a group of its own, and so begins at the beginning.
      const own = config.replace('config.yaml', `${round}.yaml`)
      await writeFile(own, text.replace('devo_1:', `${round.replaceAll('-', '_')}:`))
      const logFile = join(directory, `forwarder-${round}.log`)
      const running = startPodpipe('forwarder', ['run', 'forwarder', '--config', own], {
        logFile,
        trust: chainFile,
      })
      stack.defer(async () => void (running.running && (await running.stop())))
      return {
        pid: running.pid,
        requireRunning() {
          if (!running.running) throw new Error(`The forwarder has ended:\n${running.tail(8)}`)
        },
      }
    },
  }
}
