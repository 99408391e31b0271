// One round of one side: from its first record in the output to the commit of its last.
//
// The start of a process is not what is measured, and a JVM's is longer than ours. So the clock begins when the output
// is seen to have something, and what it has by then is taken off. It ends when raw is committed to its end: by
// podpipe's ledger, by the others' group.

import { setTimeout as sleep } from 'node:timers/promises'
import { readMemory, readTimes } from '../proc.ts'
import type { Round } from './figures.ts'
import type { RawFacts } from './raw.ts'
import type { Side, Working } from './sides.ts'
import type { Outside, ReadBack } from './topics.ts'

const pollInterval = 20
/** A side that does nothing for so long does nothing any more, milliseconds. */
const patience = 60_000

interface RoundResult {
  /** Undefined where there was nothing left to measure. */
  readonly measured: Round | undefined
  readonly read: ReadBack
}

/** @throws Error when the side ends or stands still, the signal's reason when that fires */
export async function runRound(options: {
  side: Side
  /** Its number, from 0. */
  at: number
  raw: RawFacts
  outside: Outside
  signal: AbortSignal
}): Promise<RoundResult> {
  const { side, at, outside } = options
  await outside.empty(side.written)
  const measured = await measure(side, at, options)
  return { measured, read: await outside.readBack(side.output) }
}

/** What is wrong with the output of a side, in a whole sentence; undefined when all is well. */
export function faultOf(side: Side, raw: RawFacts, { records, ids }: ReadBack): string | undefined {
  const expected = side.removesCopies ? raw.ids : raw.records
  if (records === expected && ids === raw.ids) return undefined
  return `The output of ${side.title} has ${records} records with ${ids} ids; it should have ${expected} with ${raw.ids}.`
}

async function measure(
  side: Side,
  at: number,
  { raw, outside, signal }: { raw: RawFacts; outside: Outside; signal: AbortSignal },
): Promise<Round | undefined> {
  await using stack = new AsyncDisposableStack()
  const working = side.start(at, stack)
  const until = async (isReached: (written: number) => boolean | Promise<boolean>): Promise<number> => {
    let [last, movedAt] = [-1, performance.now()]
    for (;;) {
      signal.throwIfAborted()
      const written = await outside.written(side.output)
      if (await isReached(written)) return written
      working.requireAll()
      if (written !== last) [last, movedAt] = [written, performance.now()]
      if (performance.now() - movedAt > patience) {
        throw new Error(`${side.title} wrote ${written} records, and then none for ${patience / 1000} s.`)
      }
      await sleep(pollInterval)
    }
  }
  const isDone = async (): Promise<boolean> => (await working.decided()) >= raw.records

  const before = await until(async written => (written > 0 && working.isWhole()) || (await isDone()))
  const begun = performance.now()
  const cpuBefore = cpuOf(working)
  if (await isDone()) return undefined
  await until(isDone)
  const seconds = (performance.now() - begun) / 1000
  const cpu = cpuOf(working) - cpuBefore
  const memory = working.pids.reduce((sum, pid) => sum + readMemory(pid).peak, 0)
  // Of all that is to be written so much was still to come, and of raw the same part.
  const events = raw.records * (1 - before / (side.removesCopies ? raw.ids : raw.records))
  return { rate: events / seconds, cpu: (cpu * 1e6) / events, memory }
}

const cpuOf = ({ pids }: Working): number => pids.reduce((sum, pid) => sum + readTimes(pid).cpu, 0)
