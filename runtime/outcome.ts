// What can become of a record. Every service decides with one function: (record) => Outcome.

import type { RejectReason } from '@podpipe/schemas/reject-reasons.ts'

/** Why a record was left out on purpose; a metric label, hence a closed list. */
export type DropReason = 'duplicate'

/**
 * The fate of one record, decided without I/O:
 * `forward` hands a value on, `drop` leaves the record out because that is right,
 * `reject` keeps it and explains it, because it is bad. Bad data is never thrown.
 */
export type Outcome<Value> =
  | { readonly kind: 'forward'; readonly value: Value }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  | Reject

/** A record that could not go on: why, and what was found, for a person. */
export interface Reject {
  readonly kind: 'reject'
  readonly reason: RejectReason
  readonly error: string
}

export const forward = <Value>(value: Value): Outcome<Value> => ({ kind: 'forward', value })

export const drop = (reason: DropReason): Outcome<never> => ({ kind: 'drop', reason })

export const reject = (reason: RejectReason, error: string): Reject => ({
  kind: 'reject',
  reason,
  error,
})
