// What ingest says to whoever is on duty when a stream has no session. Pure.

import { forbidden, refusalIn } from '@podpipe/runtime/kafka/refusal.ts'
import { whyNot } from '@podpipe/runtime/kafka/why-not.ts'
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

/** @param error why Kafka did not take them the last time */
export function notTaken(error: unknown): Trouble {
  const refusal = refusalIn(error)
  if (refusal !== undefined) return { ...forbidden(refusal), impact: impactOfFrames }
  return {
    symptom: 'Kafka does not take frames',
    impact: impactOfFrames,
    ...whyNot(error, undefined, true),
  }
}

const impactOfFrames =
  'Frames are kept in memory and sent again; above the bound the socket is paused, and Proofpoint keeps an hour.'
