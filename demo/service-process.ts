// A podpipe command as a process of its own, with its output in a file: started, stopped, killed, awaited.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const podpipe = fileURLToPath(new URL('../cli/podpipe.js', import.meta.url))

export interface ServiceProcess {
  readonly name: string
  readonly pid: number
  readonly logFile: string
  /** Asks for an ordered stop and waits for the end; kills after `patience` milliseconds. Returns the exit code. */
  stop(patience?: number): Promise<number | null>
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>
  signal(name: NodeJS.Signals): void
  readonly running: boolean
  /** The end of its output. */
  tail(lines: number): string
}

/**
 * Starts `podpipe ARGS`.
 * @param options.trust file of the authority that signed the simulators' certificates
 * @param options.through a command that becomes the one that is appended to it, in surroundings of its own
 */
export function startPodpipe(
  name: string,
  args: readonly string[],
  options: { logFile: string; trust: string; env?: NodeJS.ProcessEnv; through?: readonly string[] },
): ServiceProcess {
  const output = createWriteStream(options.logFile, { flags: 'a' })
  const [program, ...before] = [...(options.through ?? []), process.execPath]
  const child: ChildProcess = spawn(program ?? process.execPath, [...before, podpipe, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own, so that a Ctrl-C reaches only the one who stops things in order.
    detached: true,
    env: { ...process.env, ...options.env, NODE_EXTRA_CA_CERTS: options.trust },
  })
  child.stdout?.pipe(output, { end: false })
  child.stderr?.pipe(output, { end: false })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  let running = true
  // The last resort, when this process ends at once: nothing that it started may run on.
  const kill = (): void => void child.kill('SIGKILL')
  process.on('exit', kill)
  void exited.then(() => {
    running = false
    process.removeListener('exit', kill)
  })

  return {
    name,
    pid: child.pid ?? -1,
    logFile: options.logFile,
    get running() {
      return running
    },
    async stop(patience = 30_000) {
      child.kill('SIGTERM')
      const timeout = new AbortController()
      const late = sleep(patience, 'late' as const, { signal: timeout.signal }).catch(() => null)
      const first = await Promise.race([exited, late])
      timeout.abort()
      if (first === 'late') child.kill('SIGKILL')
      return exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    signal: signalName => void child.kill(signalName),
    tail: lines =>
      existsSync(options.logFile)
        ? readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
        : '',
  }
}
