// From the lists of the two simulators to the accounting of a run. Pure.

import { type Accounting, account, gaps } from '@podpipe/demo/accounting.ts'
import type { TopicCounts } from '@podpipe/demo/topic-counts.ts'

/**
 * Adds up a run.
 * @param ledger what the Proofpoint simulator sent: a line `hash type kind times` for each content
 * @param hashes what the Devo simulator got: a line `hash copies tag` for each content
 */
export function settle(topics: TopicCounts, ledger: string, hashes: string): Accounting {
  const sent = rows(ledger)
  return account(
    topics,
    {
      frames: sent.reduce((sum, [, , , times]) => sum + Number(times), 0),
      contents: sent.map(([hash = '', , kind]): [string, boolean] => [hash, kind !== 'junk']),
    },
    rows(hashes).map(([hash = '', copies]): [string, number] => [hash, Number(copies)]),
  )
}

/** Why a run without faults does not close, in whole sentences; empty when it does. */
export function faultsOf(accounting: Accounting, isComplete: boolean): string[] {
  const found = gaps(accounting, { doublesAllowed: false })
  if (accounting.received !== accounting.offered)
    found.push(`Proofpoint sent ${accounting.offered} frames and Kafka has ${accounting.received}`)
  if (!isComplete) found.push('for a minute nothing more arrived')
  return found.map(gap => `The accounting does not close: ${gap}.`)
}

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split(' '))
