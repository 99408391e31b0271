// A trouble that nobody else tells of: at /status for as long as it lasts, and in the log one line when it begins, when it
// becomes another one, and when it is over.

import type { Log } from './log.ts'
import type { Readiness, Trouble } from './readiness.ts'

/**
 * @param part is forgotten when it is well again
 * @param fields stand in each line
 */
export function tellTrouble(
  part: string,
  { readiness, log }: { readonly readiness: Pick<Readiness, 'set' | 'forget'>; readonly log: Log },
  fields: object = {},
): (trouble: Trouble | undefined) => void {
  let before: Trouble | undefined
  return trouble => {
    if (trouble !== undefined) readiness.set(part, trouble)
    else if (before !== undefined) readiness.forget(part)
    if (trouble?.symptom !== before?.symptom) {
      if (trouble === undefined) log.info({ ...fields, part }, `${part} is well again`)
      else {
        const { symptom, cause, action, isWarning = false } = trouble
        log[isWarning ? 'warn' : 'error'](
          { ...fields, part, reason: cause },
          `${symptom}: ${cause}. ${action}`,
        )
      }
    }
    before = trouble
  }
}
