// What a load into raw has come to, event by event: read from the topics when dedup has decided everything.

import { all, type openTopics } from '@podpipe/demo/topic-counts.ts'
import { type FaultAccount, faultAccountOf } from '../faults/fault-account.ts'
import type { SteadyLoad } from './steady-load.ts'

/** Reads raw and unique whole and adds up. */
export async function accountOfLoad(
  opened: Awaited<ReturnType<typeof openTopics>>,
  { sent, events }: Pick<SteadyLoad, 'sent' | 'events'>,
): Promise<FaultAccount> {
  const { fetcher, topics } = opened
  const [arrived, published] = [new Set<string>(), new Set<string>()]
  for (const service of topics.services) {
    for await (const { key } of all(fetcher, topics.raw(service))) arrived.add(`${service}/${key}`)
    for await (const { value } of all(fetcher, topics.unique(service)))
      published.add(`${service}/${value.id}`)
  }
  return faultAccountOf({ ...(await opened.counts()), sent, events, arrived, published })
}
