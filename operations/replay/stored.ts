// The replays that Kafka keeps: finding, listing and forgetting them.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { groupsNamed, standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { decodeReplay, type StoredReplay } from './memo.ts'
import { silence } from './state.ts'

const look = 500

/** A replay by its name; undefined if there is none. */
export async function findReplay(
  client: KafkaClient,
  prefix: string,
  name: string,
): Promise<StoredReplay | undefined> {
  return decodeReplay(name, await standaloneOffsets(client, groupOf(prefix, `replay-${name}`)))
}

/** All replays that Kafka still keeps, by their names. */
export async function listReplays(client: KafkaClient, prefix: string): Promise<StoredReplay[]> {
  const begins = groupOf(prefix, 'replay-')
  const found: StoredReplay[] = []
  for (const groupId of await groupsNamed(client, begins)) {
    // Another prefix may make the groups of its services look like this one's replays; they bear no plan.
    const replay = await findReplay(client, prefix, groupId.slice(begins.length))
    if (replay !== undefined) found.push(replay)
  }
  return found
}

/** Whether a process works on it: waits for a sign of life if nothing says that the last one has ended. */
export async function isRunning(client: KafkaClient, prefix: string, replay: StoredReplay): Promise<boolean> {
  if (!replay.run.isOpen) return false
  for (const until = performance.now() + silence; performance.now() < until; ) {
    await sleep(look)
    const now = await findReplay(client, prefix, replay.name)
    if (now === undefined || !now.run.isOpen) return false
    if (now.run.id !== replay.run.id || now.run.beat !== replay.run.beat) return true
  }
  return false
}
