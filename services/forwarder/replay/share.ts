// A partition's part of a replay, and how far it is.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Reject } from '@podpipe/runtime/outcome.ts'

/** Events that could not be sent, by reason. */
export type Refused = Partial<Record<Reject['reason'], number>>

export interface Share extends TopicPartition {
  /** Offsets of unique; `end` lies behind the last one. */
  readonly start: number
  readonly end: number
  /** Everything below is done: confirmed by the peer, refused, or none of the replay's. */
  offset: number
  /** Events confirmed by the peer so far, also by earlier runs. */
  confirmed: number
  refused: Refused
}

/** Adds up. */
export function totalsOf(shares: readonly Share[]): {
  readonly records: number
  readonly done: number
  readonly confirmed: number
  readonly refused: Refused
} {
  const refused: Refused = {}
  for (const share of shares) addRefused(refused, share.refused)
  return {
    records: shares.reduce((sum, { start, end }) => sum + end - start, 0),
    done: shares.reduce((sum, { start, offset }) => sum + offset - start, 0),
    confirmed: shares.reduce((sum, { confirmed }) => sum + confirmed, 0),
    refused,
  }
}

/** Counts further ones. */
export function addRefused(to: Refused, more: Refused): void {
  for (const reason of Object.keys(more) as Reject['reason'][])
    to[reason] = (to[reason] ?? 0) + (more[reason] ?? 0)
}

export const isDone = (shares: readonly Share[]): boolean => shares.every(({ offset, end }) => offset >= end)
