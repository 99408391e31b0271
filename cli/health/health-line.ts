// One service in one line, as Docker keeps it in its log of health checks. Pure.

import type { Answer } from '@podpipe/operations/status/ask.ts'

/** The line; what is not well with it, or why it does not answer. */
export function healthLine({ name, address, status, failure }: Answer): string {
  if (status === undefined) return `${name}: ${address} does not answer: ${failure}`
  if (status.ready) return `${name}: ready`
  return `${name}: ${status.troubles.map(({ part, symptom, cause }) => `${part}: ${symptom}: ${cause}`).join('; ')}`
}
