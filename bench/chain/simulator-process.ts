// A simulator as a process of its own, so that what it uses is not counted as anybody else's:
// `podpipe simulate`, commanded and asked over its control port.

import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'

export interface SimulatorProcess<Stats> {
  readonly process: ServiceProcess
  /** What it printed about itself when it began to listen. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Its counts at this moment. */
  stats(): Promise<Stats>
  /** Text of a list, such as `/ledger`. */
  list(path: string): Promise<string>
  command(path: string): Promise<void>
}

const pollInterval = 25

/**
 * Starts `podpipe simulate ARGS` on free ports and waits until it listens.
 * @throws Error with its last words when it ends before, the signal's reason when that fires
 */
export async function startSimulator<Stats>(
  name: string,
  args: readonly string[],
  options: {
    logFile: string
    trust: string
    signal: AbortSignal
    onStart: (process: ServiceProcess) => void
  },
): Promise<SimulatorProcess<Stats>> {
  const free = ['--port', '0', '--control-port', '0', '--output', 'json']
  const running = startPodpipe(name, ['simulate', name, ...args, ...free], options)
  options.onStart(running)
  const facts = await listening(running, options.signal)

  const ask = async (method: 'GET' | 'POST', path: string): Promise<Response> => {
    const response = await fetch(`${facts.control}${path}`, { method })
    if (response.ok) return response
    throw new Error(`The simulator of ${name} answered ${method} ${path} with ${await response.text()}`)
  }
  return {
    process: running,
    facts,
    stats: async () => (await (await ask('GET', '/stats')).json()) as Stats,
    list: async path => (await ask('GET', path)).text(),
    command: async path => void (await ask('POST', path)),
  }
}

/** Its first line of output is what it says when it listens. */
async function listening(process: ServiceProcess, signal: AbortSignal): Promise<Record<string, unknown>> {
  for (;;) {
    signal.throwIfAborted()
    const output = await readFile(process.logFile, 'utf8').catch(() => '')
    const line = output
      .split('\n')
      .find((each, index, lines) => each.startsWith('{') && index < lines.length - 1)
    if (line !== undefined) return JSON.parse(line)
    if (!process.running) {
      throw new Error(`The simulator of ${process.name} ended before it listened:\n${process.tail(5)}`)
    }
    await sleep(pollInterval)
  }
}
