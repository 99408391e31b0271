// One round of one side: from its first events at the sink to the last.
//
// The start of a process is not what is measured. So the clock begins when the sink is seen to have something, and what
// it has by then is taken off. It ends with the newest event that came for the first time; a side that has lost some
// has nothing more to bring when for some seconds none has come.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../child.ts'
import { readMemory, readTimes } from '../proc.ts'
import type { Side, Working } from './sides.ts'
import type { Answer, Question } from './sink.ts'
import type { UniqueFacts } from './topic.ts'

/** What a side did in a round. */
export interface Round {
  /** Events that arrived for the first time, a second. */
  readonly rate: number
  /** Processor microseconds of the side's own process for an event. */
  readonly cpu: number
  /** Resident memory of the side, bytes: median of the round's first and last quarter, and the most. */
  readonly early: number
  readonly late: number
  readonly peak: number
  readonly lost: number
  readonly doubled: number
  readonly drops: number
  /** Lines that are no event as it was sent, and whether the whole is what was sent. */
  readonly foreign: number
  readonly isChanged: boolean
}

const pollInterval = 20
/** A side at work is never silent for so long, milliseconds; rsyslog waits longest before it connects again. */
const quiet = 4_000
/** Until something comes at all, milliseconds. */
const patience = 60_000

export async function runRound(options: {
  side: Side
  round: string
  sink: Child
  unique: UniqueFacts
  /** Mean bytes between two resets; 0 for none. */
  dropEvery: number
  seed: number
  signal: AbortSignal
}): Promise<Round> {
  const { side, round, sink, unique, dropEvery, seed, signal } = options
  const ask = async (question: Question): Promise<Answer> => (await sink.ask(question)) as Answer
  await ask({ begin: unique.events, dropEvery, seed })
  await using stack = new AsyncDisposableStack()
  const working = await side.start(round, stack)

  const first = await firstEvents(working, ask, signal)
  const begun = now()
  const cpuBefore = readTimes(working.pid).cpu
  const memory: number[] = []
  let cpuAt = cpuBefore
  let last = first
  while (last.distinct < unique.events && now() - last.lastAt < quiet) {
    signal.throwIfAborted()
    working.requireRunning()
    await sleep(pollInterval)
    const next = await ask({ times: false })
    memory.push(readMemory(working.pid).resident)
    if (next.distinct > last.distinct) cpuAt = readTimes(working.pid).cpu
    last = next
  }
  const events = last.distinct - first.distinct
  const seconds = (last.lastAt - begun) / 1000
  return {
    rate: events / seconds,
    cpu: ((cpuAt - cpuBefore) * 1e6) / events,
    early: median(memory.slice(0, Math.ceil(memory.length / 4))),
    late: median(memory.slice(-Math.ceil(memory.length / 4))),
    peak: readMemory(working.pid).peak,
    lost: unique.events - last.distinct,
    // A side that loses some may lose copies of the topic's own, and so seem to double less than it does.
    doubled: Math.max(0, last.doubled - unique.copies),
    drops: last.drops,
    foreign: last.foreign,
    isChanged: last.distinct === unique.events && last.checksum !== unique.checksum,
  }
}

async function firstEvents(
  working: Working,
  ask: (question: Question) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  for (const begun = now(); ; ) {
    signal.throwIfAborted()
    working.requireRunning()
    const answer = await ask({ times: false })
    if (answer.distinct > 0) return answer
    if (now() - begun > patience) throw new Error(`Nothing came to the sink for ${patience / 1000} s.`)
    await sleep(pollInterval)
  }
}

const now = (): number => performance.timeOrigin + performance.now()

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
