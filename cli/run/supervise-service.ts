// One service as a child process: started, started again when it dies, told to stop with its parent.

import { type ChildProcess, fork } from 'node:child_process'
import { type EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { backoff } from '@podpipe/runtime/backoff.ts'
import { ConfigurationError, exitCodes } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { type Handed, handedFlag, handTo } from './handed.ts'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))
const bounds = { first: 1_000, longest: 30_000 }
// A service that ran this long had started well; its next death is a new episode.
const settledAfter = 60_000

/**
 * Keeps a service running until the signal fires; resolves when it has ended then.
 * The channel between the two also tells the child when this process dies, so that it never outlives it.
 * @param options.handed what it is to work with, asked for at each start
 * @throws ConfigurationError when the service ends with exit code 78 before it has run for a while; it has printed its message
 */
export async function superviseService(options: {
  name: ServiceName
  handed: () => Handed
  log: Log
  signal: AbortSignal
  reloads: EventEmitter
}): Promise<void> {
  const { name, handed, log, signal, reloads } = options
  let hasRun = false
  for (let failures = 0; !signal.aborted; ) {
    const started = performance.now()
    const current = handed()
    // The files are named for whoever lists the processes. Away from the terminal's Ctrl-C: the order of stopping is
    // decided here.
    const files = current.config.files.flatMap(file => ['--config', file])
    const child = fork(program, ['run', name, handedFlag, ...files], { detached: true })
    handTo(child, current)
    const { code, by } = await ended(child, signal, reloads)
    hasRun ||= performance.now() - started > settledAfter
    if (signal.aborted) {
      if (code !== 0)
        log.warn(
          { name, code, by },
          `${name} did not stop in order; what it had not finished is done again at the next start`,
        )
      return
    }
    // A service that ran and died may find something spoilt meanwhile, such as a certificate: the others go on, and it
    // comes back as soon as that is put right.
    if (code === exitCodes.configuration && !hasRun) {
      throw new ConfigurationError(`${name} cannot run; its message stands above.`)
    }
    failures = performance.now() - started > settledAfter ? 1 : failures + 1
    const wait = backoff(failures, bounds, Math.random())
    log.error(
      { name, code, by, restart_in_ms: wait },
      `${name} has died and is started again; nothing that Kafka had is lost`,
    )
    await sleep(wait, undefined, { signal }).catch(() => undefined)
  }
}

async function ended(
  child: ChildProcess,
  signal: AbortSignal,
  reloads: EventEmitter,
): Promise<{ code: number | null; by: string | null }> {
  const stop = (): void => void child.kill('SIGTERM')
  // A SIGHUP would end a child that does not listen for it yet; a message waits.
  const reload = (): void => void (child.connected && child.send('reload', () => undefined))
  signal.addEventListener('abort', stop, { once: true })
  reloads.on('reload', reload)
  if (signal.aborted) stop()
  const [code, by] = await once(child, 'exit')
  signal.removeEventListener('abort', stop)
  reloads.off('reload', reload)
  return { code, by }
}
