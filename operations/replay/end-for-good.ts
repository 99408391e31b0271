// Ends a replay that nobody works on, so that it is history and not offered again.

import { isDone } from '@podpipe/forwarder/replay/share.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { openOffsetKeeper } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { doubledBy } from './account.ts'
import { encodeReplay } from './memo.ts'
import { findReplay, isRunning } from './stored.ts'

/** @throws ConfigurationError when there is none of this name, or another process works on it */
export async function endForGood(client: KafkaClient, prefix: string, name: string): Promise<void> {
  const stored = await findReplay(client, prefix, name)
  if (stored === undefined) {
    throw new ConfigurationError(`${name}: Kafka knows no such replay, or no longer. Nothing is to be ended.`)
  }
  // What it was to send is sent.
  if (!stored.run.isOpen && isDone(stored.shares)) return
  if (await isRunning(client, prefix, stored)) {
    throw new ConfigurationError(
      `${name}: runs in another process just now. Stop it there first: with Ctrl-C at its podpipe replay, or in the console that began it.`,
    )
  }
  const keeper = await openOffsetKeeper(client, groupOf(prefix, `replay-${name}`))
  try {
    const { run } = stored
    await keeper.write(
      encodeReplay({ ...stored, run: { ...run, isOpen: false, isOver: true, doubled: doubledBy(run) } }),
    )
  } finally {
    await keeper.close()
  }
}
