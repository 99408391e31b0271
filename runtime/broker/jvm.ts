// One run of the broker's Java process: its flags, its last words and its end.

import { type ChildProcess, spawn } from 'node:child_process'
import type { Installation } from './installation.ts'
import { identify } from './process-identity.ts'
import { createTail } from './tail.ts'

/** How a process ended: its exit code or the signal that ended it, and the last lines it wrote. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lastWords: readonly string[]
}

export interface Jvm {
  readonly pid: number | undefined
  /** Resolves when the process is gone and all it wrote has been read. Never rejects. */
  readonly exited: Promise<Exit>
  /** Asks the process to end, kills it when the budget (ms) is spent; resolves to whether it had to. */
  stop(budgetMs: number): Promise<{ readonly killed: boolean }>
  kill(): void
}

/** `work` for a broker that runs for days; `test` starts sooner and stays small but never compiles well. */
export type Profile = 'work' | 'test'

/** Flags of every Java process here. The log goes to standard error, warnings and worse only. */
export const commonFlags = [
  '-XX:+UseSerialGC',
  '-XX:-UsePerfData', // writes a file to /tmp
  '-Djava.awt.headless=true',
  '-Djava.io.tmpdir=tmp', // native libraries are unpacked there
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
] as const

/** The flags of a program that runs for a second. */
export const toolFlags = ['-Xmx128m', '-XX:TieredStopAtLevel=1'] as const

/** The flags of the broker itself. */
export function brokerFlags(heap: string, profile: Profile): string[] {
  const compiler = profile === 'test' ? ['-XX:TieredStopAtLevel=1'] : []
  // A broker that is out of memory limps on in unknown ways; one that ends is started again.
  return [
    '-Xms64m',
    `-Xmx${heap}`,
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:ErrorFile=tmp/hs_err.log',
    ...compiler,
  ]
}

/**
 * Starts a Java class with the installation's jars.
 * The process gets a process group of its own: a Ctrl-C in the terminal goes to the whole group, and the
 * broker would be gone before the services have delivered what they hold.
 */
export function startJvm(
  { java, jars }: Installation,
  directory: string,
  flags: readonly string[],
  program: readonly string[],
): Jvm {
  const child = spawn(java, [...commonFlags, ...flags, '-cp', `${jars}/*`, ...program], {
    cwd: directory,
    env: environment(process.env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = watchExit(child)
  let ended = false
  exited.then(() => {
    ended = true
    process.removeListener('exit', onProcessExit)
  })
  const send = (signal: NodeJS.Signals) => {
    if (!ended) child.kill(signal)
  }
  const onProcessExit = () => endNow(child)
  process.on('exit', onProcessExit)
  return {
    pid: child.pid,
    exited,
    kill: () => send('SIGKILL'),
    async stop(budgetMs) {
      let killed = false
      send('SIGTERM')
      const timer = setTimeout(() => {
        killed = true
        send('SIGKILL')
      }, budgetMs)
      await exited
      clearTimeout(timer)
      return { killed }
    },
  }
}

/** What Java needs to know of our environment, and none of the secrets that may be in it. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TZ', 'JAVA_HOME', 'JAVA_TOOL_OPTIONS']
  const entries = kept.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))
  // Without a UTF-8 locale Java cannot enter a directory whose name is not ASCII.
  return { ...Object.fromEntries(entries), LC_ALL: 'C.UTF-8' }
}

function watchExit(child: ChildProcess): Promise<Exit> {
  const tail = createTail()
  child.stdout?.on('data', tail.add)
  child.stderr?.on('data', tail.add)
  return new Promise(resolve => {
    child.once('error', error => resolve({ code: null, signal: null, lastWords: [error.message] }))
    child.once('close', (code, signal) => resolve({ code, signal, lastWords: tail.lines() }))
  })
}

/** The last resort, when podpipe ends without an ordered stop: nothing asynchronous runs any more. */
function endNow(child: ChildProcess): void {
  if (child.pid === undefined) return
  child.kill('SIGTERM')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; waited < 2_000 && identify(child.pid); waited += 20) Atomics.wait(pause, 0, 0, 20)
  child.kill('SIGKILL')
}
