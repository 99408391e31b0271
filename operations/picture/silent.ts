// What is said of a service that says nothing of itself. Pure.

import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import type { Answer } from '../status/ask.ts'

/** A trouble with the service that has it. */
export type OwnTrouble = TroubleOf & { readonly service: string }

const impacts: Readonly<Record<string, string>> = {
  ingest:
    'Nothing is read from Proofpoint, if no other process of it runs. Proofpoint keeps an hour of events for a live session and 30 days in its archive: they are fetched when it is back.',
  dedup: 'Frames wait in raw, if no other process of it runs. Kafka keeps them for 7 days.',
  forwarder: 'Events wait in unique, if no other process of it runs. Kafka keeps them for 7 days.',
}

/** A trouble for each service that does not answer; `since` is remembered from one look to the next. */
export function silentServices(
  answers: readonly Answer[],
  since: Map<string, string>,
  now: string,
): OwnTrouble[] {
  const silent = answers.filter(({ status }) => status === undefined)
  for (const address of since.keys())
    if (!silent.some(answer => answer.address === address)) since.delete(address)
  return silent.map(({ name, address, failure }) => {
    const begun = since.get(address) ?? now
    since.set(address, begun)
    return {
      service: name,
      part: address,
      symptom: 'does not answer',
      impact: impacts[name] ?? 'What it does is not known. What Kafka has is safe.',
      cause: failure ?? 'it said nothing',
      action: `Start it with podpipe run${name in impacts ? ` ${name}` : ''}, or look at the end of its log; podpipe run all starts it again by itself.`,
      since: begun,
    }
  })
}
