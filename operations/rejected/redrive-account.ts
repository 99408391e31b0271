// What a redrive would do, and what it has done. Pure.

import { shownTime } from '../times.ts'
import type { Planned } from './redrive.ts'

/** Rejects of an output, with the replay that sends them to it and to nobody else: as a command, and its parts. */
export interface OutputAdvice {
  readonly output: string
  readonly rejects: number
  readonly command: string
  /** ISO 8601, UTC; `to` lies behind. */
  readonly from: string
  readonly to: string
  readonly ids: readonly string[]
}

/** What `podpipe rejected redrive -o json` prints: keys are only ever added. */
export interface RedriveAccount {
  readonly dryRun: boolean
  /** Rejects that were asked for and were not sent again before. */
  readonly found: number
  /** Of them: written to raw once more; with `dryRun` those that would be. */
  readonly redriven: number
  readonly topics: Readonly<Record<string, number>>
  /** Why the others were left out, and how many of them. */
  readonly leftOut: Readonly<Record<string, number>>
  readonly outputs: readonly OutputAdvice[]
}

/** @param written how many of them are in raw by now */
export function accountOf(planned: readonly Planned[], written: number, dryRun: boolean): RedriveAccount {
  const topics = countBy(planned, ({ fate }) => (fate.kind === 'again' ? fate.again.topic : undefined))
  const leftOut = countBy(planned, ({ fate }) => (fate.kind === 'left' ? fate.why : undefined))
  return { dryRun, found: planned.length, redriven: written, topics, leftOut, outputs: adviceOf(planned) }
}

function countBy(
  planned: readonly Planned[],
  nameOf: (each: Planned) => string | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const each of planned) {
    const name = nameOf(each)
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** An event that only one output lacks must not go to the others again: it is a replay to that output. */
function adviceOf(planned: readonly Planned[]): OutputAdvice[] {
  const refused = planned.flatMap(({ reject, fate }) => {
    const output = / output (\S+) takes /.exec(reject.error)?.[1]
    return fate.kind === 'output' && output !== undefined ? [{ reject, output, id: fate.output.id }] : []
  })
  return [...Map.groupBy(refused, ({ output }) => output)].map(([output, ofOutput]) => {
    const times = ofOutput.map(({ reject }) => reject.time)
    const ids = [...new Set(ofOutput.map(({ id }) => id))]
    const [from, to] = [shownTime(Math.min(...times)), shownTime(Math.max(...times) + 1)]
    return {
      ...{ output, rejects: ofOutput.length, from, to, ids },
      command: `podpipe replay --output ${output} --from ${from} --to ${to} ${ids.map(id => `--match ${quoted(`id=${id}`)}`).join(' ')}`,
    }
  })
}

const quoted = (text: string): string =>
  /^[\w=:.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** What two parts of a redrive have done together. */
export function sumOf(one: RedriveAccount, other: RedriveAccount): RedriveAccount {
  return {
    dryRun: one.dryRun,
    found: one.found + other.found,
    redriven: one.redriven + other.redriven,
    topics: addedUp(one.topics, other.topics),
    leftOut: addedUp(one.leftOut, other.leftOut),
    outputs: [...one.outputs, ...other.outputs],
  }
}

function addedUp(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums: Record<string, number> = { ...one }
  for (const [name, count] of Object.entries(other)) sums[name] = (sums[name] ?? 0) + count
  return sums
}
