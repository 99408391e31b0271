// `podpipe positions`: how far each session of Proofpoint is, and moving one while ingest is stopped.

import { archiveTimeOption, timeForms } from '@podpipe/operations/times.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { groupOf, sessionKeyOf } from '@podpipe/schemas/names.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import { Command, Option } from 'commander'
import { configOption, outputOption } from '../common-options.ts'
import { askOnTerminal, confirm } from '../confirm.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { positionAt, sentenceOf } from './position-change.ts'
import { reportPosition, reportSessions, sessionsOf, textOf } from './position-report.ts'
import { readPositions, requireStopped, writePosition } from './stored-positions.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

export function positionsCommand(): Command {
  const command = new Command('positions')
    .description('how far each session of Proofpoint is, and what is still to be fetched')
    .addHelpText('after', '\nExample:\n  podpipe positions --config config/config.yaml')
  command.addCommand(
    common(new Command('ls'))
      .description('show every position; the default')
      .addHelpText('after', '\nExample:\n  podpipe positions ls --config config/config.yaml')
      .action(list),
    { isDefault: true },
  )
  command.addCommand(
    common(new Command('set'))
      .description('let a session go on from a time, while ingest is stopped')
      .argument('<session>', 'CLUSTER/SERVICE, as `podpipe positions` shows it')
      .addOption(
        new Option('--to <time>', `everything before counts as received; ${timeForms}`).makeOptionMandatory(
          true,
        ),
      )
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExample:\n  podpipe positions set acme_hosted/message --to 2024-05-22T10:00:00Z --config config/config.yaml',
      )
      .action((session: string, options: Options & { to: string; yes?: boolean }) => {
        const to = archiveTimeOption('--to', options.to, Date.now())
        return change(session, options, (previous, owner, startTime) => ({
          position: positionAt(previous, owner, to, startTime),
          sentence: sentenceOf(session, previous, to),
        }))
      }),
  )
  command.addCommand(
    common(new Command('clear'))
      .description('forget a position, while ingest is stopped: the session begins as if it were new')
      .argument('<session>', 'CLUSTER/SERVICE, as `podpipe positions` shows it')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExample:\n  podpipe positions clear acme_hosted/message --config config/config.yaml',
      )
      .action((session: string, options: Options & { yes?: boolean }) =>
        change(session, options, () => ({
          position: undefined,
          sentence: `${session} forgets how far it is, and with it its hours to fetch and its gaps; it begins as if it were new.`,
        })),
      ),
  )
  return command
}

const common = (command: Command): Command => command.addOption(configOption()).addOption(outputOption())

async function list({ config: file, output }: Options): Promise<void> {
  const config = readConfig(file, process.env)
  await withRunningKafka(config, 'positions', async client => {
    const stored = await readPositions(client, topicsOfConfig(config).positions)
    const reports = reportSessions(sessionsOf(config), stored, Date.now())
    process.stdout.write(`${output === 'json' ? JSON.stringify(reports) : textOf(reports)}\n`)
  })
}

async function change(
  session: string,
  { config: file, output, yes = false }: Options & { yes?: boolean },
  decide: (
    previous: Position | undefined,
    owner: { cluster: string; service: string },
    startTime: string | undefined,
  ) => { position: Position | undefined; sentence: string },
): Promise<void> {
  const config = readConfig(file, process.env)
  const { positions: topic } = topicsOfConfig(config)
  const groupId = groupOf(config.kafka.prefix, 'ingest')
  await withRunningKafka(config, 'positions', async client => {
    const stored = await readPositions(client, topic)
    const known = [...new Set([...sessionsOf(config), ...stored.keys()])]
    if (!known.includes(session)) {
      throw new ConfigurationError(
        `There is no session ${JSON.stringify(session)} in ${config.file} or in topic ${topic.name}. The sessions are ${known.join(', ')}; name one of them.`,
      )
    }
    await requireStopped(client, groupId)
    const found = stored.get(session)
    const previous = found !== undefined && 'position' in found ? found.position : undefined
    const startTime = config.inputs
      .flatMap(({ cluster, services }) => services.map(each => ({ cluster, ...each })))
      .find(({ cluster, service }) => sessionKeyOf(cluster, service) === session)?.startTime
    const { position, sentence } = decide(previous, ownerOf(session), startTime)
    await confirm(sentence, yes, askOnTerminal())
    await writePosition({ client, topic, groupId, session, position })
    const after = position === undefined ? null : reportPosition(position, Date.now())
    const before = previous === undefined ? null : reportPosition(previous, Date.now())
    process.stdout.write(
      output === 'json' ? `${JSON.stringify({ session, before, after })}\n` : `${sentence} Done.\n`,
    )
  })
}

// A service has no slash in its name; who knows about clusters.
function ownerOf(session: string): { cluster: string; service: string } {
  const slash = session.lastIndexOf('/')
  return { cluster: session.slice(0, slash), service: session.slice(slash + 1) }
}
