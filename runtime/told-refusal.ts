// A right that is missing for something beside the events, such as notes of what happens: told while it is missing, and the service does its
// work all the same.

import { forbidden, refusalIn } from './kafka/refusal.ts'
import type { Log } from './log.ts'
import type { Readiness } from './readiness.ts'
import { tellTrouble } from './told-trouble.ts'

/**
 * @param part is forgotten when it is well again
 * @param impact what it means for people, as whole sentences
 * @returns who takes the error of each attempt, undefined of one that went well, and says whether it is a refusal. Other errors it tells
 * nobody of: they pass, or somebody else looks after Kafka
 */
export function tellRefusal(
  part: string,
  impact: string,
  around: { readonly readiness: Pick<Readiness, 'set' | 'forget'>; readonly log: Log },
): (error: unknown) => boolean {
  const tell = tellTrouble(part, around)
  return error => {
    const refusal = refusalIn(error)
    tell(refusal && { ...forbidden(refusal), impact, isWarning: true })
    return refusal !== undefined
  }
}
