// How long a newcomer waits: from typing `npm run demo` to the first event at the sink, npm's own start included.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { type FoundProcess, findDescendant, readTimes } from '../proc.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))
const program = 'demo/main.ts'
const command = ['run', '--silent', 'demo', '--', '--events', '2000', '--json']
const searchInterval = 50

export const firstEvent: Benchmark = {
  name: 'first-event',
  summary: 'seconds from `npm run demo` to the first delivered event',
  run,
}

async function run({ signal, say }: Bench): Promise<Result> {
  say('Running the demo with 2,000 events ...')
  const npm = spawn('npm', command, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Away from the terminal's Ctrl-C, which would reach the demo twice: from there and from us.
    detached: true,
  })
  const exited = once(npm, 'exit')
  const printed = Promise.all([text(npm.stdout), text(npm.stderr)])
  // npm started the clock; it is gone from /proc when it has ended, so its start is read at once.
  await Promise.race([once(npm, 'spawn'), exited])
  const typedAt = readTimes(npm.pid ?? -1).startedAt
  const isRunning = (): boolean => npm.exitCode === null && npm.signalCode === null
  const demo = await findDemo(npm.pid ?? -1, isRunning)

  // The signal goes to the demo itself: npm hands it to a shell, which would end and leave the demo behind.
  const end = (): void => {
    if (demo === undefined || !isRunning()) return
    try {
      process.kill(demo.pid, 'SIGTERM')
    } catch {
      // It has ended and npm is about to.
    }
  }
  signal.addEventListener('abort', end)
  process.on('exit', end)
  if (signal.aborted) end()
  const [code] = await exited
  signal.removeEventListener('abort', end)
  process.removeListener('exit', end)
  signal.throwIfAborted()

  const [output, errors] = await printed
  const delivered = code === 0 ? firstDelivered(output) : undefined
  if (demo === undefined || delivered === undefined) {
    return { measurements: [], faults: [`The demo ended with exit code ${code}: ${errors.trim()}`] }
  }
  return {
    measurements: [
      {
        what: 'npm run demo to the first event delivered',
        unit: 's',
        // The demo counts from its own start; both starts are on the clock of the machine.
        ours: demo.startedAt - typedAt + delivered,
        aim: { bound: 'at most', value: 20 },
      },
    ],
    faults: [],
  }
}

/** Waits until npm has started the demo; undefined when npm has ended before. */
async function findDemo(npm: number, isRunning: () => boolean): Promise<FoundProcess | undefined> {
  while (isRunning()) {
    const found = findDescendant(npm, program)
    if (found !== undefined) return found
    await sleep(searchInterval)
  }
  return undefined
}

/** Seconds from the demo's start to the first event, out of the JSON that it prints last. */
function firstDelivered(output: string): number | undefined {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  const { seconds } = JSON.parse(last) as { seconds: { first_delivered: number | null } }
  return seconds.first_delivered ?? undefined
}
