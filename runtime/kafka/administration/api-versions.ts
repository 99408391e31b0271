// What a broker says of itself: the versions of each request that it takes, and the features of its cluster (KIP-35, KIP-584).
// kafkajs asks for the former only.

import { version as own } from '../../version.ts'
import { ask } from '../connection/ask.ts'
import type { AskedBroker, Decoder } from '../connection/internals.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

export interface BrokerVersions {
  /** By the number of the request. */
  readonly requests: ReadonlyMap<number, Range>
  /** The level of metadata.version up to which the broker knows the cluster's metadata; undefined where it has none, before KRaft. */
  readonly metadata?: number
  /** The level at which the cluster works, as whoever runs it has set it. */
  readonly level?: number
}

const apiVersions = 18
/** The first one that tells of features; Kafka 2.4 and later. */
const withFeatures = 3

/** Asks a broker that is connected. */
export async function versionsOf(broker: AskedBroker): Promise<BrokerVersions> {
  const known = Object.entries(broker.versions ?? {}).flatMap(([key, found]): [number, Range][] =>
    found === undefined ? [] : [[Number(key), { from: found.minVersion, to: found.maxVersion }]],
  )
  const requests = new Map(known)
  if ((requests.get(apiVersions)?.to ?? 0) < withFeatures) return { requests }
  return ask(broker, {
    apiKey: apiVersions,
    apiVersion: withFeatures,
    apiName: 'ApiVersions',
    // From this version on a request's header has tagged fields: none here, and none behind the body.
    encode: encoder =>
      encoder.writeUVarInt(0).writeUVarIntString('podpipe').writeUVarIntString(own).writeUVarInt(0),
    decode: readVersions,
  })
}

const metadataVersion = 'metadata.version'
const [supported, finalized] = [0, 2]

/** An answer of version 3. Its header is the old one, so that also a client can read it that took a guess at the version. */
export function readVersions(decoder: Decoder): BrokerVersions {
  decoder.readInt16()
  const requests = new Map(
    decoder.readUVarIntArray((each): [number, Range] => {
      const key = each.readInt16()
      const range = { from: each.readInt16(), to: each.readInt16() }
      each.readTaggedFields()
      return [key, range]
    }),
  )
  decoder.readInt32()
  const levels = new Map<number, number | undefined>()
  for (let fields = decoder.readUVarInt(); fields > 0; fields--) {
    const tag = decoder.readUVarInt()
    const length = decoder.readUVarInt()
    if (tag === supported || tag === finalized) levels.set(tag, readLevel(decoder, tag === supported))
    else decoder.readBytes(length)
  }
  const [metadata, level] = [levels.get(supported), levels.get(finalized)]
  return { requests, ...(metadata !== undefined && { metadata }), ...(level !== undefined && { level }) }
}

/** The highest level of metadata.version in a list of features: their names with two levels, which stand in either order. */
function readLevel(decoder: Decoder, isLowestFirst: boolean): number | undefined {
  let found: number | undefined
  decoder.readUVarIntArray(each => {
    const name = each.readUVarIntString()
    const levels = [each.readInt16(), each.readInt16()]
    each.readTaggedFields()
    if (name === metadataVersion) found = levels[isLowestFirst ? 1 : 0]
  })
  return found
}
