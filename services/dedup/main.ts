// dedup: each event id once per window from the raw topics to the unique topics, exactly once.
//
// in       pod.raw.<service>
// out      pod.unique.<service>, and pod.rejected for what cannot go on
// state    pod.seen.<service>, the ledger, written in the same transaction
// failure  the task is thrown away and recovered from the ledger; nothing is decided twice

import { setTimeout as sleep } from 'node:timers/promises'
import { consume } from '@podpipe/runtime/consume/consume.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { effectiveSettings } from '@podpipe/runtime/kafka/administration/effective-settings.ts'
import { NotAllowedError } from '@podpipe/runtime/kafka/refusal.ts'
import type { Context, Service } from '@podpipe/runtime/service.ts'
import { tellTrouble } from '@podpipe/runtime/told-trouble.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Accepted } from './decide.ts'
import { observe } from './observe.ts'
import { retentionFaults } from './retention.ts'
import { openTasks } from './task.ts'
import { unseenLedger } from './troubles.ts'

// A transaction costs the same for few events as for many. With 2 MiB at hand they had some 300 events each, and
// dedup did two thirds as much in the time (`npm run bench:dedup`); with 8 they have the 2,000 that they may.
const ahead = 8 * 1024 * 1024
const pauseForRights = 5_000

export const dedup: Service = async context => {
  const { client, fetcher, config, live, topics, log, stop } = context
  const looking = await requireLedger(context)
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
  await looking.done
}

/**
 * Before the first event is decided: a ledger that is deleted too soon is noticed only when copies come through.
 * @returns what goes on behind it: who may not see how long topics are kept works all the same, and looks once he may
 * @throws ConfigurationError when it is not kept for long enough
 */
async function requireLedger(context: Context): Promise<{ readonly done: Promise<void> }> {
  const { client, config, topics, stop } = context
  const names = topics.services.flatMap(service => [topics.raw(service).name, topics.seen(service).name])
  const look = async (): Promise<NotAllowedError | undefined> => {
    const settings = await effectiveSettings(client, names)
    if (settings instanceof NotAllowedError) return settings
    const longest = Math.max(config.dedup.windowMs, config.dedup.archiveWindowMs)
    const faults = retentionFaults(topics, settings, longest)
    if (faults.length > 0) throw new ConfigurationError(`${client.brokers.join(', ')}: ${faults.join('\n')}`)
    return undefined
  }
  const refusal = await look()
  if (refusal === undefined) return { done: Promise.resolve() }
  const done = untilSeen(refusal, look, context)
  done.catch(error => stop.request(reasonOf(error)))
  return { done }
}

async function untilSeen(
  first: NotAllowedError,
  look: () => Promise<NotAllowedError | undefined>,
  context: Context,
): Promise<void> {
  const { signal } = context.stop
  const tell = tellTrouble('ledger', context)
  for (let refusal: NotAllowedError | undefined = first; refusal !== undefined && !signal.aborted; ) {
    tell(unseenLedger(refusal))
    await sleep(pauseForRights, undefined, { signal }).catch(() => undefined)
    // What fails otherwise passes, or those notice who work.
    refusal = await look().catch(error => {
      if (error instanceof ConfigurationError) throw error
      return refusal
    })
  }
  tell(undefined)
}
