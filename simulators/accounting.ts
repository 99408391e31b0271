// Settles what the Proofpoint simulator sent against what the Devo simulator got, by the hashes of the bytes. Pure.

import type { LedgerEntry } from './ledger.ts'
import type { Arrival } from './tally.ts'

export interface Account {
  /** Frames sent. */
  received: number
  /** Distinct events sent. received = unique + duplicate + rejected. */
  unique: number
  duplicate: number
  /** Frames without a JSON object inside. */
  rejected: number
  /** Distinct events that arrived with their bytes as sent. */
  delivered: number
  /** Events sent of which no byte-equal copy arrived. */
  lost: number
  /** Distinct payloads that arrived and were never sent as an event; a changed event counts as lost, too. */
  changed: number
  /** Copies that arrived beyond the first. */
  doubled: number
}

/** Makes the account; it closes when lost, changed and doubled are nought. */
export function settle(
  sent: Iterable<[hash: string, entry: Readonly<Pick<LedgerEntry, 'kind' | 'sent'>>]>,
  arrived: Iterable<[hash: string, arrival: Readonly<Pick<Arrival, 'copies'>>]>,
): Account {
  const account = {
    received: 0,
    unique: 0,
    duplicate: 0,
    rejected: 0,
    delivered: 0,
    lost: 0,
    changed: 0,
    doubled: 0,
  }
  const events = new Set<string>()
  for (const [hash, entry] of sent) {
    account.received += entry.sent
    if (entry.kind === 'junk') {
      account.rejected += entry.sent
    } else {
      account.unique++
      account.duplicate += entry.sent - 1
      events.add(hash)
    }
  }
  for (const [hash, { copies }] of arrived) {
    account.doubled += copies - 1
    if (events.has(hash)) account.delivered++
    else account.changed++
  }
  account.lost = account.unique - account.delivered
  return account
}
