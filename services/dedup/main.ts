// dedup: each event id once per window from the raw topics to the unique topics, exactly once.
//
// in       pod.raw.<service>
// out      pod.unique.<service>, and pod.rejected for what cannot go on
// state    pod.seen.<service>, the ledger, written in the same transaction
// failure  the task is thrown away and recovered from the ledger; nothing is decided twice

import { consume } from '@podpipe/runtime/consume/consume.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { effectiveSettings } from '@podpipe/runtime/kafka/effective-settings.ts'
import type { Context, Service } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Accepted } from './decide.ts'
import { observe } from './observe.ts'
import { retentionFaults } from './retention.ts'
import { openTasks } from './task.ts'

// A transaction costs the same for few events as for many. With 2 MiB at hand they had some 300 events each, and
// dedup did two thirds as much in the time (`npm run bench:dedup`); with 8 they have the 2,000 that they may.
const ahead = 8 * 1024 * 1024

export const dedup: Service = async context => {
  const { client, fetcher, config, live, topics, log, stop } = context
  await requireLedger(context)
  await consume<Accepted>({
    client,
    fetcher,
    groupId: groupOf(config.kafka.prefix, 'dedup'),
    consumer: 'dedup',
    metrics: context.metrics,
    readiness: context.readiness,
    topics: topics.services.map(service => topics.raw(service).name),
    open: openTasks(context),
    // Asked for each batch, so that a change counts from the next one on.
    limits: {
      get maxRecords() {
        return live.current.dedup.batchEvents
      },
      get wait() {
        return live.current.dedup.batchWaitMs
      },
      ahead,
    },
    observer: observe(context),
    log,
    stop,
  })
}

// Before the first event is decided: a ledger that is deleted too soon is noticed only when copies come through.
async function requireLedger({ client, config, topics, log }: Context): Promise<void> {
  const names = topics.services.flatMap(service => [topics.raw(service).name, topics.seen(service).name])
  const settings = await effectiveSettings(client, names)
  if (settings === undefined) {
    log.warn(
      'this client may not see how long topics are kept, so nothing is known of the ledger: let somebody who may compare it with podpipe topics plan',
    )
    return
  }
  const longest = Math.max(config.dedup.windowMs, config.dedup.archiveWindowMs)
  const faults = retentionFaults(topics, settings, longest)
  if (faults.length > 0) throw new ConfigurationError(`${client.brokers.join(', ')}: ${faults.join('\n')}`)
}
