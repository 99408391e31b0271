import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Evidence, endOf } from './unfinished.ts'

const closed: Evidence = { openInUnique: undefined, isOpenInSeen: false, lastUnique: 99, ledgerEnd: 100 }

for (const [name, evidence, end] of [
  ['nothing is open', closed, undefined],
  ['an empty partition', { ...closed, lastUnique: undefined, ledgerEnd: 0 }, undefined],
  ['open in unique, and the ledger has its block', { ...closed, openInUnique: 80 }, 'committed'],
  ['open in unique, and the ledger ends before it', { ...closed, openInUnique: 100 }, 'aborted'],
  ['open in unique, and there is no ledger', { ...closed, openInUnique: 0, ledgerEnd: 0 }, 'aborted'],
  [
    'open in seen, and its events are in unique',
    { ...closed, isOpenInSeen: true, lastUnique: 100 },
    'committed',
  ],
  ['open in seen, and its events are not there', { ...closed, isOpenInSeen: true }, 'aborted'],
  ['open in seen, and it brought no event', { ...closed, isOpenInSeen: true, lastUnique: 42 }, 'aborted'],
  [
    'open in seen, and nothing was ever unique',
    { ...closed, isOpenInSeen: true, lastUnique: undefined },
    'aborted',
  ],
  ['open in both', { ...closed, openInUnique: 100, isOpenInSeen: true }, 'aborted'],
] as const satisfies readonly [string, Evidence, string | undefined][]) {
  test(`${name}: ${end ?? 'there is nothing to end'}`, () => equal(endOf(evidence), end))
}
