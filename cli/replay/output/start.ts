// `podpipe replay --output`: from its options to the question whether to begin.

import { countSelected } from '@podpipe/forwarder/replay/count.ts'
import { selector } from '@podpipe/forwarder/replay/select.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { jobFor, jobNamed, requireAlone } from '@podpipe/operations/replay/job.ts'
import { type Asked, planOf, requireOutput } from '@podpipe/operations/replay/plan.ts'
import { previewOf } from '@podpipe/operations/replay/preview.ts'
import { type RunEnd, runReplay } from '@podpipe/operations/replay/run.ts'
import { sharesAgain, sharesOf } from '@podpipe/operations/replay/shares.ts'
import { countUndecided } from '@podpipe/operations/replay/undecided.ts'
import { flowOf, requireTopics } from '@podpipe/operations/require-topics.ts'
import { createToldLog } from '@podpipe/operations/told-log.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { exitCodes, reasonOf } from '@podpipe/runtime/errors.ts'
import { listenForStop } from '@podpipe/runtime/stop.ts'
import { askOnTerminal, confirm } from '../../confirm.ts'
import { withRunningKafka } from '../../with-running-kafka.ts'
import { previewText, question } from './preview.ts'
import { type Display, showProgress } from './progress.ts'
import { accountText } from './report.ts'

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
        ? await jobNamed(client, config.kafka.prefix, wanted.resume)
        : await jobFor(client, config.kafka.prefix, wanted)
    const output = requireOutput(plan.output, config)
    const topics = topicsOfConfig({ ...config, services: plan.services })
    await requireTopics(client, flowOf(topics), 'so there is nothing to replay')
    if (!dryRun && stored !== undefined) await requireAlone(client, config.kafka.prefix, stored)

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
      let display: Display | undefined
      const running = runReplay({
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
        stop: listenForStop(config.stopBudgetMs, log),
        onBegin() {
          display = showProgress(shares)
          // Whatever is to be said from here on must not disturb its line.
          say = display.say
        },
      })
      tell(await running.finally(() => display?.end()), json)
    } finally {
      await fetcher.close()
    }
  })
}

function tell({ account, failure }: RunEnd, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(account) : accountText(account)}\n`)
  if (account.finished) return
  process.exitCode = exitCodes.failed
  if (failure !== undefined) process.stderr.write(`podpipe: the replay broke off: ${reasonOf(failure)}\n`)
}
