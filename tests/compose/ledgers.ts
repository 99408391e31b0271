// The accounting of simulators that run in containers.

import { type Accounting, account } from '@podpipe/demo/accounting.ts'
import type { TopicCounts } from '@podpipe/demo/topic-counts.ts'
import { control } from './engine.ts'

/** The containers of the two simulators. */
export interface Ends {
  readonly proofpoint: string
  readonly devo: string
}

const lines = (text: string): string[][] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split(' '))

interface Sent {
  readonly ledger: { readonly sent: number; readonly events: number }
  readonly progress: Readonly<Record<string, { readonly offered: number; readonly sent: number }>>
}

export const sentBy = async ({ proofpoint }: Ends): Promise<Sent> =>
  JSON.parse(await control(proofpoint, 8453, 'stats'))

export const arrivedAt = async ({
  devo,
}: Ends): Promise<{ distinct: number; doubled: number; frames: number }> =>
  JSON.parse(await control(devo, 8454, 'stats'))

/** Holds every content that was sent against every one that arrived. */
export async function accountOf(ends: Ends, counts: TopicCounts): Promise<Accounting> {
  const sent = lines(await control(ends.proofpoint, 8453, 'ledger'))
  const arrived = lines(await control(ends.devo, 8454, 'hashes'))
  const { ledger } = await sentBy(ends)
  return account(
    counts,
    { frames: ledger.sent, contents: sent.map(([hash = '', , kind]) => [hash, kind !== 'junk']) },
    arrived.map(([hash = '', copies]) => [hash, Number(copies)]),
  )
}
