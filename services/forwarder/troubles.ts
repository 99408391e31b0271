// What the forwarder says to whoever is on duty of an output. Pure.

import type { Trouble } from '@podpipe/runtime/readiness.ts'

export const notDelivering = ({ cause, action }: { cause: string; action: string }): Trouble => ({
  symptom: 'no proof of delivery',
  impact:
    'Its events wait in Kafka, which keeps them for 7 days; other outputs go on. Some may arrive twice.',
  cause,
  action,
})

/** From so many days on somebody should see to a new one. */
const soon = 30

/** @param days until a certificate ends; negative where it has */
export function certificateEnds(file: 'cert' | 'chain', days: number): Trouble | undefined {
  if (days > soon) return undefined
  const what = file === 'cert' ? "the client's certificate (cert)" : 'the first certificate of the chain'
  return {
    symptom: 'a certificate is near its end',
    impact: 'None yet. From its end on the peer takes no connection, and events wait in Kafka for 7 days.',
    cause: days > 0 ? `${what} ends in ${Math.ceil(days)} days` : `${what} has ended`,
    action:
      'Download a new one of the Devo domain and put it in the place of the old one; it is taken up within seconds.',
    isWarning: true,
  }
}
