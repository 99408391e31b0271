// `podpipe replay ls` and `podpipe replay forget`.

import { adviceOn } from '@podpipe/operations/advice.ts'
import { listedOf } from '@podpipe/operations/replay/account.ts'
import { isRunning, listReplays } from '@podpipe/operations/replay/stored.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { deleteGroup } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { askOnTerminal, confirm } from '../../confirm.ts'
import { withRunningKafka } from '../../with-running-kafka.ts'
import { listText } from './report.ts'

export interface ListOptions {
  readonly config: FileNames
  readonly format: 'text' | 'json'
}

export async function listStored({ config: file, format }: ListOptions): Promise<void> {
  const config = readConfig(file, process.env)
  await withRunningKafka(config, 'replay', async client => {
    const replays = (await listReplays(client, config.kafka.prefix)).map(listedOf)
    process.stdout.write(`${format === 'json' ? JSON.stringify(replays) : listText(replays)}\n`)
  })
}

export async function forgetStored(
  name: string,
  { config: file, format, yes = false }: ListOptions & { readonly yes?: boolean },
): Promise<void> {
  const config = readConfig(file, process.env)
  const { prefix } = config.kafka
  await withRunningKafka(config, 'replay', async client => {
    const replays = await listReplays(client, prefix)
    const found = replays.find(each => each.name === name)
    if (found === undefined) {
      const names = replays.map(each => each.name)
      throw new ConfigurationError(
        `Kafka knows no replay ${name}. ${names.length === 0 ? 'There is none at all, so nothing is to be forgotten' : adviceOn(name, names)}.`,
      )
    }
    if (await isRunning(client, prefix, found)) {
      throw new ConfigurationError(`Replay ${name} runs in another process just now. Stop it there first.`)
    }
    const { done, records } = listedOf(found)
    const sentence = `Replay ${name} is forgotten${done < records ? `, though only ${done} of its ${records} records are done` : ''}: it can no longer be taken up. No event is deleted.`
    await confirm(sentence, yes, askOnTerminal())
    await deleteGroup(client, groupOf(prefix, `replay-${name}`))
    process.stdout.write(format === 'json' ? `${JSON.stringify({ forgotten: name })}\n` : `${sentence}\n`)
  })
}
