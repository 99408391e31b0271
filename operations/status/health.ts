// One word for what the services say of themselves. Pure.

import type { Answer } from './ask.ts'

/** `down`: a service does not answer. `degraded`: one of its parts is not well. */
export type Health = 'healthy' | 'degraded' | 'down'

/** What `podpipe status -o json` prints: keys are only ever added. */
export interface StatusReport {
  readonly health: Health
  readonly services: readonly Answer[]
}

export function healthOf(answers: readonly Answer[]): Health {
  if (answers.some(({ status }) => status === undefined)) return 'down'
  // A warning is something to look at too.
  return answers.every(({ status }) => status?.ready && status.troubles.length === 0) ? 'healthy' : 'degraded'
}
