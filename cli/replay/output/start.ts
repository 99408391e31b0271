// `podpipe replay --output`: from its options to the question whether to begin.

import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { type Asked, planOf } from '@podpipe/operations/replay/plan.ts'
import { countEvents, prepareReplay } from '@podpipe/operations/replay/prepare.ts'
import { previewOf } from '@podpipe/operations/replay/preview.ts'
import { type RunEnd, runReplay } from '@podpipe/operations/replay/run.ts'
import { createToldLog } from '@podpipe/operations/told-log.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
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
    const fetcher = await createPatientFetcher({ ...client, log })
    try {
      const prepared = await prepareReplay({
        client,
        fetcher,
        config,
        wanted,
        alone: !dryRun,
        say: sentence => say(sentence),
      })
      const { shares } = prepared
      const events = await countEvents(fetcher, prepared, dryRun)
      const preview = previewOf({ ...prepared, rate, events })
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
        ...prepared,
        client,
        config,
        fetcher,
        log,
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
