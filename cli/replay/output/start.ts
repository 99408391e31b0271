// `podpipe replay --output`: from its options to the question whether to begin.

import { countSelected } from '@podpipe/forwarder/replay/count.ts'
import { selector } from '@podpipe/forwarder/replay/select.ts'
import { isDone } from '@podpipe/forwarder/replay/share.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { adviceOn } from '../../common-options.ts'
import { askOnTerminal, confirm } from '../../confirm.ts'
import { createPatientFetcher } from '../../patient-fetcher.ts'
import { flowOf, requireTopics } from '../../require-topics.ts'
import { shownTime } from '../../time-option.ts'
import { createToldLog } from '../../told-log.ts'
import { withRunningKafka } from '../../with-running-kafka.ts'
import type { StoredReplay } from './memo.ts'
import { type Asked, isAskedAlike, isSame, planOf, type ReplayPlan, requireOutput } from './plan.ts'
import { previewOf, previewText, question } from './preview.ts'
import { runReplay } from './run.ts'
import { sharesAgain, sharesOf } from './shares.ts'
import { findReplay, isRunning, listReplays } from './stored.ts'
import { countUndecided } from './undecided.ts'

export interface OutputOptions {
  readonly config: FileNames
  /** A new replay, or one that is known by asking for the same; else the name of one to go on with. */
  readonly asked: Asked | { readonly resume: string }
  /** Events a second at most. */
  readonly rate?: number
  readonly dryRun: boolean
  readonly yes: boolean
  readonly json: boolean
}

/** A replay to be begun, or to be gone on with. */
interface Job {
  readonly name: string
  readonly plan: ReplayPlan
  readonly stored: StoredReplay | undefined
}

export async function startToOutput(options: OutputOptions): Promise<void> {
  const { asked, rate, dryRun, yes, json } = options
  const config = readConfig(options.config, process.env)
  // Before Kafka is asked, so that a mistake is told at once.
  const wanted = 'resume' in asked ? asked : planOf(asked, config, Date.now())
  let say = (sentence: string): void => void process.stderr.write(`podpipe: ${sentence}\n`)
  const log = createToldLog(sentence => say(sentence))

  await withRunningKafka(config, 'replay', async client => {
    const { name, plan, stored } =
      'resume' in wanted
        ? await jobNamed(client, config, wanted.resume)
        : await jobFor(client, config, wanted)
    const output = requireOutput(plan.output, config)
    const topics = topicsOfConfig({ ...config, services: plan.services })
    await requireTopics(client, flowOf(topics), 'so there is nothing to replay')
    if (!dryRun && stored !== undefined) await requireAlone(client, config, stored)

    const fetcher = await createPatientFetcher({ ...client, log })
    try {
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
      const counts = dryRun && plan.ids.length > 0
      const events = counts ? await countSelected(fetcher, shares, selector(plan)) : undefined
      const preview = previewOf({ name, plan, output, topics, shares, rate, events })
      const shown = json && dryRun ? JSON.stringify(preview) : previewText(preview)
      // The result alone goes to standard output; of a dry run the preview is the result.
      if (dryRun) {
        process.stdout.write(`${shown}\n${json ? '' : 'Nothing was sent: this was a dry run.\n'}`)
        return
      }
      process.stderr.write(`${shown}\n`)
      await confirm(question(preview), yes, askOnTerminal())
      await runReplay({
        client,
        config,
        fetcher,
        topics,
        log,
        output,
        name,
        plan,
        stored,
        shares,
        rate,
        json,
        onDisplay: display => {
          say = display.say
        },
      })
    } finally {
      await fetcher.close()
    }
  })
}

/** @throws ConfigurationError when there is none of this name, or nothing is left of it */
async function jobNamed(client: KafkaClient, { kafka }: PodpipeConfig, name: string): Promise<Job> {
  const stored = await findReplay(client, kafka.prefix, name)
  if (stored === undefined) {
    const names = (await listReplays(client, kafka.prefix)).map(each => each.name)
    throw new ConfigurationError(
      `--resume ${name}: Kafka knows no such replay, or no longer. ${names.length === 0 ? 'There is none at all; begin one with --output, --from and --to' : adviceOn(name, names)}.`,
    )
  }
  requireRest(stored)
  return { name, plan: stored.plan, stored }
}

/** @throws ConfigurationError when what is asked for is done, or stands in the way of another replay */
async function jobFor(
  client: KafkaClient,
  { kafka }: PodpipeConfig,
  { name, plan }: { readonly name: string; readonly plan: ReplayPlan },
): Promise<Job> {
  const stored = await findReplay(client, kafka.prefix, name)
  if (stored !== undefined) {
    if (!isSame(plan, stored.plan)) {
      throw new ConfigurationError(
        `Replay ${name} is there already and sends something else: ${stored.plan.services.join(', ')} from ${shownTime(stored.plan.from)} to ${shownTime(stored.plan.to)} to ${stored.plan.output}. Give this one another --name, or forget that one with podpipe replay forget ${name}.`,
      )
    }
    requireRest(stored)
    return { name, plan, stored }
  }
  if (plan.relative !== undefined) {
    // A moment later the same words mean another range: without a look, what is half sent would be sent from its start.
    const alike = (await listReplays(client, kafka.prefix)).find(
      each => isAskedAlike(each.plan, plan) && (each.run.isOpen || !isDone(each.shares)),
    )
    if (alike !== undefined) {
      throw new ConfigurationError(
        `The same was asked for at ${shownTime(alike.run.begun)} and is not finished: replay ${alike.name}, from ${shownTime(alike.plan.from)} to ${shownTime(alike.plan.to)} as it was then. Go on with it by podpipe replay --resume ${alike.name}, or forget it with podpipe replay forget ${alike.name} to begin anew.`,
      )
    }
  }
  return { name, plan, stored: undefined }
}

function requireRest({ name, run, shares }: StoredReplay): void {
  if (run.isOpen || !isDone(shares)) return
  throw new ConfigurationError(
    `Replay ${name} is finished; nothing is left of it. To send its events once more, give another --name, or forget it first with podpipe replay forget ${name}.`,
  )
}

async function requireAlone(
  client: KafkaClient,
  { kafka }: PodpipeConfig,
  stored: StoredReplay,
): Promise<void> {
  if (!(await isRunning(client, kafka.prefix, stored))) return
  throw new ConfigurationError(
    `Replay ${stored.name} runs in another process just now. Let it end, or stop it there first.`,
  )
}
