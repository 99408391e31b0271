// One request that kafkajs does not have: the election of each partition's preferred leader, as
// kafka-leader-election.sh asks for it. https://kafka.apache.org/protocol

import { once } from 'node:events'
import { connect } from 'node:net'
import { createSplitter } from './kafka-frames.ts'

const electLeaders = 43
const version = 1
const preferred = 0
const patience = 5_000

/** The whole request, length included. Pure. */
export function electionRequest(topic: string, partitions: readonly number[]): Buffer {
  const name = Buffer.from(topic)
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 1 + 4 + 2 + name.length + 4 + 4 * partitions.length + 4)
  let at = request.writeInt32BE(request.length - 4, 0)
  at = request.writeInt16BE(electLeaders, at)
  at = request.writeInt16BE(version, at)
  at = request.writeInt32BE(1, at) // correlation id
  at = request.writeInt16BE(-1, at) // no client id
  at = request.writeInt8(preferred, at)
  at = request.writeInt32BE(1, at) // one topic
  at = request.writeInt16BE(name.length, at)
  at += name.copy(request, at)
  at = request.writeInt32BE(partitions.length, at)
  for (const partition of partitions) at = request.writeInt32BE(partition, at)
  request.writeInt32BE(patience, at)
  return request
}

/**
 * Asks a broker, as host:port, for an election; it asks the controller. Whether it came to one shows in the metadata.
 * @throws when it does not answer
 */
export async function electPreferredLeaders(
  broker: string,
  topic: string,
  partitions: readonly number[],
): Promise<void> {
  const [host = '', port = ''] = broker.split(':')
  const socket = connect({ host, port: Number(port) })
  try {
    const signal = AbortSignal.timeout(patience)
    await once(socket, 'connect', { signal })
    socket.write(electionRequest(topic, partitions))
    const split = createSplitter()
    for (let frames = 0; frames === 0; ) {
      const [chunk] = await once(socket, 'data', { signal })
      frames = split(chunk).length
    }
  } finally {
    socket.destroy()
  }
}
