// An audit in words and as JSON: a line for each partition, and a sentence for all of them. Pure.

import type { Audited } from '@podpipe/dedup/audit/audit.ts'
import type { Disagreement } from '@podpipe/dedup/audit/fault.ts'
import { n } from '../number-text.ts'

/** An audit as `podpipe audit --json` prints it: keys are only ever added. */
export interface AuditReport {
  readonly closes: boolean
  /** Whether contents were compared, and not the numbers alone. */
  readonly deep: boolean
  /** Raw records decided since the first; what waits in raw is not among them. */
  readonly received: number
  readonly unique: number
  readonly duplicate: number
  readonly rejected: number
  readonly waiting: number
  readonly partitions: readonly Audited[]
  /** The first one. */
  readonly disagreement: Disagreement | null
}

/** Adds up the partitions. */
export function reportOf(partitions: readonly Audited[], deep: boolean): AuditReport {
  const sum = (of: (each: Audited) => number): number => partitions.reduce((all, each) => all + of(each), 0)
  const disagreement = partitions.find(each => each.disagreement !== undefined)?.disagreement ?? null
  return {
    closes: disagreement === null,
    deep,
    received: sum(({ totals }) => totals.decided),
    unique: sum(({ totals }) => totals.unique),
    duplicate: sum(({ totals }) => totals.duplicate),
    rejected: sum(({ totals }) => totals.rejected),
    waiting: sum(({ waiting }) => waiting),
    partitions,
    disagreement,
  }
}

/** One partition on a line, and below it what --deep found in it. */
export function linesOf(audited: Audited): string[] {
  const { service, partition, totals, disagreement, deep } = audited
  const { decided, unique, duplicate, rejected } = totals
  const verdict = disagreement === undefined ? 'closes' : 'DOES NOT CLOSE'
  return [
    `${`${service} ${partition}`.padEnd(12)} ${sumOf({ received: decided, unique, duplicate, rejected })}   ${[verdict, ...notesOf(audited)].join(', ')}`,
    ...(deep === undefined || deep.otherBytes === 0
      ? []
      : [
          `  ${n(deep.otherBytes)} copies have other bytes than the event that was published, and its time; the first ones:`,
          ...deep.examples.map(
            ({ cluster, id, offset }) =>
              `    ${JSON.stringify(id.slice(0, 64))} of ${cluster}, raw offset ${offset}`,
          ),
        ]),
  ]
}

function notesOf({
  totals,
  provenFrom,
  provenTo,
  inUnique,
  inRejected,
  inRaw,
  waiting,
  repeatedRejects,
  cut,
  deep,
  disagreement,
}: Audited): string[] {
  const notes: string[] = []
  const note = (holds: boolean, text: string): void => void (holds && notes.push(text))
  const isCut = cut.length > 0
  note(
    isCut && provenFrom === undefined && disagreement === undefined,
    'nothing to prove: retention has left no block of its ledger',
  )
  note(
    isCut && provenFrom !== undefined,
    `raw offsets ${provenFrom} to ${provenTo - 1} held against the ledger`,
  )
  note(
    isCut,
    `retention has deleted from ${cut.join(', ')}: still there ${n(inUnique)} unique, ${n(inRejected)} rejected, ${n(inRaw)} raw`,
  )
  note(waiting > 0, `${n(waiting)} more in raw wait for dedup`)
  note(
    repeatedRejects > 0,
    `${n(repeatedRejects)} rejects stand there twice, as a broken transaction leaves them`,
  )
  note(deep !== undefined, `${n(deep?.compared ?? 0)} events equal to raw byte for byte`)
  note(
    deep !== undefined && deep.unprovable > 0,
    `${n(deep?.unprovable ?? 0)} raw records may be copies of what retention has deleted`,
  )
  note(totals.decided === 0 && !isCut && waiting === 0, 'empty')
  return notes
}

/** The closing sentence. */
export const sumOf = ({
  received,
  unique,
  duplicate,
  rejected,
}: Pick<AuditReport, 'received' | 'unique' | 'duplicate' | 'rejected'>): string =>
  `received ${n(received)} = unique ${n(unique)} + duplicate ${n(duplicate)} + rejected ${n(rejected)}`

/** A disagreement as one sentence: where, what was expected, what was found; and what to do. */
export const sentenceOf = ({ topic, partition, offset, expected, found, advice }: Disagreement): string =>
  `The account does not close at ${topic}, partition ${partition}, offset ${offset}: expected ${expected}; found ${found}. ${advice}`
