// What a replay to an output would send, before anybody decides whether it shall.

import { countSelected } from '@podpipe/forwarder/replay/count.ts'
import { selector } from '@podpipe/forwarder/replay/select.ts'
import type { Share } from '@podpipe/forwarder/replay/share.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { flowOf, requireTopics } from '../require-topics.ts'
import { type Job, jobFor, jobNamed, requireAlone } from './job.ts'
import { type PeerOutput, type ReplayPlan, requireOutput } from './plan.ts'
import { sharesAgain, sharesOf } from './shares.ts'
import { countUndecided } from './undecided.ts'

/** A new replay, or one that is known by asking for the same; else the name of one to go on with. */
export type Wanted = { readonly name: string; readonly plan: ReplayPlan } | { readonly resume: string }

export interface Prepared extends Job {
  readonly output: PeerOutput
  readonly topics: Topics
  readonly shares: readonly Share[]
}

/** Records that are read in some two seconds, so that a question can wait for their number. */
const soonRead = 50_000

/**
 * How many events are still to be sent, by reading them: offsets alone would count the marks of transactions as well, which
 * with little traffic are nearly as many as the events.
 * @param however long that takes; otherwise undefined where it takes longer than a person likes to wait
 */
export async function countEvents(
  fetcher: Fetcher,
  { plan, shares }: Prepared,
  however: boolean,
): Promise<number | undefined> {
  const records = shares.reduce((sum, { offset, end }) => sum + end - offset, 0)
  return however || records <= soonRead ? await countSelected(fetcher, shares, selector(plan)) : undefined
}

/**
 * Finds out what a replay would read.
 * @param options.alone whether it shall run: then no other process may work on it
 * @param options.say is told what is odd about it, as sentences
 * @throws ConfigurationError when it cannot be begun, with what to do
 */
export async function prepareReplay(options: {
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly config: PodpipeConfig
  readonly wanted: Wanted
  readonly alone: boolean
  readonly say: (sentence: string) => void
}): Promise<Prepared> {
  const { client, fetcher, config, wanted, alone, say } = options
  const { prefix } = config.kafka
  const job =
    'resume' in wanted ? await jobNamed(client, prefix, wanted.resume) : await jobFor(client, prefix, wanted)
  const { plan, stored } = job
  const output = requireOutput(plan.output, config)
  const topics = topicsOfConfig({ ...config, services: plan.services })
  await requireTopics(client, flowOf(topics), 'so there is nothing to replay')
  if (alone && stored !== undefined) await requireAlone(client, prefix, stored)
  const shares =
    stored === undefined
      ? await sharesOf(client, fetcher, topics, plan, say)
      : await sharesAgain(fetcher, stored, say)
  const undecided = await countUndecided(client, fetcher, topics, plan.to)
  if (undecided > 0) {
    say(
      `dedup has not decided ${undecided.toLocaleString('en-US')} records of the range yet; what is new of them goes to ${output.name} with the live events, and not by this replay.`,
    )
  }
  return { ...job, output, topics, shares }
}
