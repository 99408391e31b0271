// A peer in Java as a process of its own, with its output in a file.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Peers } from './peer-jars.ts'

export interface JavaPeer {
  readonly pid: number
  /** @throws Error with its last words when it has ended */
  requireRunning(): void
}

const patience = 20_000
const wordLines = 12

/**
 * Starts the class `main`.
 * @param options.folder an empty folder of its own
 * @param stack takes what stops it
 */
export function startJavaPeer(
  { peers, main, args, folder }: { peers: Peers; main: string; args: readonly string[]; folder: string },
  stack: AsyncDisposableStack,
): JavaPeer {
  const logFile = join(folder, 'peer.log')
  const output = openSync(logFile, 'a')
  const flags = [`-Djava.io.tmpdir=${folder}`, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
  const child = spawn(peers.java, [...flags, '-cp', peers.classPath, main, ...args], {
    stdio: ['ignore', output, output],
    // In a process group of its own, away from the terminal's Ctrl-C.
    detached: true,
  })
  closeSync(output)
  const exited = once(child, 'exit')
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const kill = (): void => void child.kill('SIGKILL')
  process.on('exit', kill)
  stack.defer(async () => {
    child.kill('SIGTERM')
    const timeout = new AbortController()
    const late = sleep(patience, undefined, { signal: timeout.signal }).then(kill, () => undefined)
    if (isRunning()) await exited
    timeout.abort()
    await late
    process.removeListener('exit', kill)
  })
  return {
    pid: child.pid ?? -1,
    requireRunning() {
      if (isRunning()) return
      const words = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-wordLines)
      throw new Error(`${main} has ended in mid-flow:\n${words.join('\n')}`)
    },
  }
}
