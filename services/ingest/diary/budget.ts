// How many notes a stream may write: a session that comes and goes must not flood the history. Pure.

export interface Budget {
  /** Notes that may be written, at the time `at`. */
  readonly left: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** What was not written since the last note that was. */
  readonly leftOut: number
}

/** A bad hour in full; then one every two minutes, which is 720 a day. */
const most = 60
const refillMs = 120_000

export const fullBudget = (now: number): Budget => ({ left: most, at: now, leftOut: 0 })

/** Whether one more may be written, and how many were left out before it. */
export function spend(budget: Budget, now: number): { budget: Budget; isAllowed: boolean; leftOut: number } {
  const left = Math.min(most, budget.left + Math.max(0, now - budget.at) / refillMs)
  if (left < 1) {
    return { budget: { left, at: now, leftOut: budget.leftOut + 1 }, isAllowed: false, leftOut: 0 }
  }
  return { budget: { left: left - 1, at: now, leftOut: 0 }, isAllowed: true, leftOut: budget.leftOut }
}
