// What ingest says to whoever is on duty when a stream has no session. Pure.

import type { Trouble } from '@podpipe/runtime/readiness.ts'
import type { Next } from './session-end.ts'

const symptom = 'no live session to Proofpoint'
const impact =
  'New events wait at Proofpoint, which keeps an hour of them; what is older is fetched from its archive afterwards.'

export const notBegun: Trouble = {
  symptom,
  impact,
  cause: 'the stream has just begun',
  action: 'Nothing yet; it takes a few seconds.',
}

export function noSession({ cause, action }: Pick<Next, 'cause' | 'action'>): Trouble {
  return { symptom, impact, cause, action: `${action.charAt(0).toUpperCase()}${action.slice(1)}.` }
}
