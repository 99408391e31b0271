// Why a record can be rejected: the closed list. docs/rejected.md says of each what it means and what to do.

/** In a closed list, since it is a metric label and what people filter the rejected topic by. */
export const rejectReasons = [
  'undecodable',
  'unknown_schema',
  'not_json',
  'no_id',
  'variant',
  'too_large',
] as const

export type RejectReason = (typeof rejectReasons)[number]
