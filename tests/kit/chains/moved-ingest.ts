// A simulator of Proofpoint and ingest processes on one clock that the test moves.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Chain } from '@podpipe/demo/chain.ts'
import { atEnd } from '../at-end.ts'
import type { IngestOptions } from './ingest-process.ts'

const program = fileURLToPath(new URL('./ingest-process.ts', import.meta.url))

export interface MovedClock {
  now(): number
  /** Moves the clock, here and in every running process. */
  to(time: number): void
  follow(child: ChildProcess): void
}

export function createMovedClock(start: number): MovedClock {
  let now = start
  const children = new Set<ChildProcess>()
  return {
    now: () => now,
    to(time) {
      now = time
      for (const child of children) // A child that has just been killed cannot be told any more.
        if (child.connected) child.send({ now }, () => undefined)
    },
    follow(child) {
      children.add(child)
      child.once('exit', () => children.delete(child))
    },
  }
}

export interface Ingest {
  kill(): Promise<void>
  stop(): Promise<void>
  log(): string
}

/** Starts ingest for one stream of the chain's simulator, on the moved clock. */
export function startIngest(
  t: TestContext,
  chain: Chain,
  clock: MovedClock,
  brokers: readonly string[],
  options: Pick<IngestOptions, 'prefix' | 'partitions' | 'service'> & Partial<IngestOptions>,
): Ingest {
  const logFile = join(chain.configFile, '..', '..', 'moved-ingest.log')
  const full: IngestOptions = {
    brokers,
    url: chain.proofpoint.url,
    cluster: 'simulated_hosted',
    apiKey: 'simulated-token',
    now: clock.now(),
    ...options,
  }
  const child = fork(program, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, INGEST_OPTIONS: JSON.stringify(full), NODE_EXTRA_CA_CERTS: chain.trust },
  })
  const output = createWriteStream(logFile, { flags: 'a' })
  child.stdout?.pipe(output, { end: false })
  child.stderr?.pipe(output, { end: false })
  clock.follow(child)
  const exited = once(child, 'exit')
  atEnd(t, () => child.kill('SIGKILL'))
  return {
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').slice(-25).join('\n') : ''),
  }
}
