// What can become of a record. Every service decides with one function: (record) => Outcome.

/** Why a record was left out on purpose; a metric label, hence a closed list. */
export type DropReason = 'duplicate'

/** Why a record could not go on; a metric label and the `reason` in the rejected topic. */
export type RejectReason = 'unreadable' | 'unknown_schema' | 'variant'

/**
 * The fate of one record, decided without I/O:
 * `forward` hands a value on, `drop` leaves the record out because that is right,
 * `reject` keeps it and explains it, because it is bad. Bad data is never thrown.
 */
export type Outcome<Value> =
  | { readonly kind: 'forward'; readonly value: Value }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  | { readonly kind: 'reject'; readonly reason: RejectReason; readonly error: string }

export const forward = <Value>(value: Value): Outcome<Value> => ({ kind: 'forward', value })

export const drop = (reason: DropReason): Outcome<never> => ({ kind: 'drop', reason })

export const reject = (reason: RejectReason, error: string): Outcome<never> => ({
  kind: 'reject',
  reason,
  error,
})
