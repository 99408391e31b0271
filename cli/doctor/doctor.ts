// `podpipe doctor`: looks over the machine, Kafka, certificates, clocks and versions, and says what to do.

import { join } from 'node:path'
import { askAll } from '@podpipe/operations/status/ask.ts'
import { placesOf } from '@podpipe/operations/status/places.ts'
import { runningBroker } from '@podpipe/runtime/broker/running.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { exitCodes, reasonOf } from '@podpipe/runtime/errors.ts'
import { version } from '@podpipe/runtime/version.ts'
import { Command } from 'commander'
import { bad, type Check, linesOf } from '../check/check.ts'
import { checkOutputs } from '../check/check-connections.ts'
import { checkKafka } from '../check/kafka.ts'
import { configOption, outputOption } from '../common-options.ts'
import { connectNow } from '../connect-now.ts'
import { checkHost } from './host.ts'
import { hostFacts } from './host-facts.ts'
import { checkCluster } from './kafka.ts'
import { checkVersions } from './services.ts'

/** What `podpipe doctor -o json` prints: keys are only ever added. */
export interface Diagnosis {
  readonly isGood: boolean
  readonly checks: readonly Check[]
}

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look over machine, Kafka, certificates, clocks and versions, and say what to do')
    .addOption(configOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Changes nothing, and may run while podpipe works. Proofpoint is left out, since a look takes its one session for a moment:
podpipe validate --check-connections tries it too. To be run on the machine on which podpipe runs.

Exit codes: 0 all is well, 78 something is to be put right; each line with a cross says what to do.

Example:
  podpipe doctor --config config/config.yaml`,
    )
    .action(async ({ config: file, output }: Options) => {
      const config = readConfig(file, process.env)
      const checks = await checkAll(config)
      const isGood = checks.every(each => each.isGood)
      const diagnosis: Diagnosis = { isGood, checks }
      const wrong = checks.filter(each => !each.isGood).length
      const end = isGood ? 'All is well.' : `${wrong} of ${checks.length} to be put right.`
      process.stdout.write(
        output === 'json' ? `${JSON.stringify(diagnosis)}\n` : `${linesOf(checks)}\n\n${end}\n`,
      )
      if (!isGood) process.exitCode = exitCodes.configuration
    })
}

async function checkAll(config: PodpipeConfig): Promise<Check[]> {
  const [facts, ofKafka, ofOutputs, answers] = await Promise.all([
    hostFacts(config.stateDirectory),
    checkKafka(config),
    checkOutputs(config, Date.now()),
    askAll(placesOf(config, [])),
  ])
  // What is wrong already would only be said once more.
  const more = ofKafka.every(({ isGood }) => isGood) ? await lookCloser(config) : []
  return [...checkHost(facts, config), ...ofKafka, ...more, ...ofOutputs, ...checkVersions(answers, version)]
}

/** Asks a cluster that answers; one that would have to be started first is left alone. */
async function lookCloser(config: PodpipeConfig): Promise<Check[]> {
  const running = runningBroker(join(config.stateDirectory, 'kafka'))
  const brokers =
    config.kafka.brokers.length > 0 ? config.kafka.brokers : running === undefined ? [] : [running]
  if (brokers.length === 0) return []
  const client = await connectNow(config, brokers, 'doctor')
  try {
    return await checkCluster(client, config, topicsOfConfig(config))
  } catch (error) {
    return [
      bad(
        'kafka',
        `a question to it failed: ${reasonOf(error)}; run this again, and look at the brokers if it stays so`,
      ),
    ]
  } finally {
    await client.close()
  }
}
