// The disks of a broker, by its own word: the room of the file systems on which it keeps its logs (KIP-827; Kafka 3.3 and later).

import { ask } from '../connection/ask.ts'
import type { AskedBroker, Decoder } from '../connection/internals.ts'

/** A folder of a broker, and the file system on which it lies. Bytes; undefined where the broker cannot tell. */
export interface LogDir {
  readonly folder: string
  readonly free: number | undefined
  readonly size: number | undefined
  /** The broker has given it up, as it does when it cannot write there. */
  readonly isLost: boolean
}

export const describeLogDirs = 35
/** The first version that tells of room. */
export const withRoom = 4

/**
 * Asks a broker that is connected and takes this version.
 * @returns empty where this client may not describe the cluster
 */
export const logDirsOf = (broker: AskedBroker): Promise<LogDir[]> =>
  ask(broker, {
    apiKey: describeLogDirs,
    apiVersion: withRoom,
    apiName: 'DescribeLogDirs',
    // Tagged fields of the header, no topic (one that is left out stands for all of them), tagged fields of the body.
    encode: encoder => encoder.writeUVarInt(0).writeUVarInt(1).writeUVarInt(0),
    decode: readLogDirs,
  })

const unknown = -1n

export function readLogDirs(decoder: Decoder): LogDir[] {
  // Of the header.
  decoder.readTaggedFields()
  decoder.readInt32()
  decoder.readInt16()
  return (
    decoder.readUVarIntArray(each => {
      const error = each.readInt16()
      const folder = each.readUVarIntString() ?? ''
      each.readUVarIntArray(skipTopic)
      const [size, free] = [each.readInt64(), each.readInt64()]
      each.readTaggedFields()
      const known = (bytes: bigint) => (bytes === unknown ? undefined : Number(bytes))
      return { folder, free: known(free), size: known(size), isLost: error !== 0 }
    }) ?? []
  )
}

function skipTopic(topic: Decoder): void {
  topic.readUVarIntString()
  topic.readUVarIntArray(partition => {
    partition.readInt32()
    partition.readInt64()
    partition.readInt64()
    partition.readBoolean()
    partition.readTaggedFields()
  })
  topic.readTaggedFields()
}
