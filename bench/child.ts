// A program of a room of this folder as a process of its own, spoken to over the channel of fork.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly pid: number
  /** What it said when it was ready. */
  readonly facts: unknown
  /** Tells it to do something. */
  tell(message: object): void
  /** Tells it something and waits for what it says next. One question at a time. */
  ask(message: object): Promise<unknown>
}

/**
 * Starts `bench/FILE`, such as `ingest/flood.ts`, with options as its one argument and waits until it says something: that it is ready.
 * @param stack takes what ends it
 * @throws Error when it ends before
 */
export async function startChild(
  file: string,
  options: object,
  env: NodeJS.ProcessEnv,
  stack: AsyncDisposableStack,
): Promise<Child> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(options)], {
    env: { MALLOC_ARENA_MAX: '1', ...process.env, ...env },
    // In a process group of its own, away from the terminal's Ctrl-C.
    detached: true,
    // kafkajs as it was published sets timers into the past now and then; see internals.ts.
    // The rest, and MALLOC_ARENA_MAX, as podpipe's services have it; see cli/podpipe.js.
    execArgv: [
      '--disable-warning=TimeoutNegativeWarning',
      '--max-semi-space-size=4',
      '--no-parallel-scavenge',
    ],
  })
  const exited = endWith(stack, child)
  const ended = exited.then(([code]) => {
    throw new Error(`${file} ended with exit code ${code} before it was ready.`)
  })
  const [facts] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? -1,
    facts,
    tell: message => void child.send(message),
    async ask(message) {
      const answer = once(child, 'message')
      child.send(message)
      const died = exited.then(() => Promise.reject(new Error(`${file} has ended.`)))
      return (await Promise.race([answer, died]))[0]
    },
  }
}

/**
 * Kills a process when the stack is disposed of, or when this process ends.
 * @returns what its exit is told with
 */
export function endWith(stack: AsyncDisposableStack, child: ChildProcess): Promise<unknown[]> {
  const exited = once(child, 'exit')
  const kill = (): void => void child.kill('SIGKILL')
  process.on('exit', kill)
  stack.defer(async () => {
    process.removeListener('exit', kill)
    kill()
    if (child.exitCode === null && child.signalCode === null) await exited
  })
  return exited
}
