// dedup: each event id once per window from the raw topics to the unique topics, exactly once.
//
// in       pod.raw.<service>
// out      pod.unique.<service>, and pod.rejected for what cannot go on
// state    pod.seen.<service>, the ledger, written in the same transaction
// failure  the task is thrown away and recovered from the ledger; nothing is decided twice

import { consume } from '@podpipe/runtime/consume/consume.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Accepted } from './decide.ts'
import { observe } from './observe.ts'
import { openTasks } from './task.ts'

export const dedup: Service = async context => {
  const { client, fetcher, config, topics, log, stop } = context
  await consume<Accepted>({
    client,
    fetcher,
    groupId: groupOf(config.kafka.prefix, 'dedup'),
    topics: topics.services.map(service => topics.raw(service).name),
    open: openTasks(context),
    limits: { maxRecords: config.dedup.batchEvents, wait: config.dedup.batchWaitMs },
    observer: observe(context),
    log,
    stop,
  })
}
