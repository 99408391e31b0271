// What is to be written to send rejects through the whole path once more, and why some are left out. Pure.

import { type Origin, toRecord } from '@podpipe/ingest/to-record.ts'
import type { Input } from '@podpipe/runtime/config/config.ts'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import { type Kind, kindOf, type Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { connection } from './notes.ts'
import { ownerOf, type Reject } from './reject.ts'
import { unknownCluster } from './unknown-cluster.ts'

/** A reject with the raw record that is to be written for it. */
export interface Again {
  readonly reject: Reject
  readonly service: Service
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly frame: RawFrame
}

/** One that is in unique already: an output has refused it, and the others have it. */
export interface ForOutput {
  readonly reject: Reject
  readonly service: Service
  readonly id: string
}

export type Fate =
  | { readonly kind: 'again'; readonly again: Again }
  | { readonly kind: 'output'; readonly output: ForOutput }
  | { readonly kind: 'left'; readonly why: string }

/** What a raw record said of itself that is no longer there, if its topic still has it. */
export type FirstFrame = Pick<RawFrame, 'cluster' | 'mode' | 'received_at'>

/**
 * What becomes of a reject that is to be sent again. The frame goes through ingest's own reading, so that it gets the key
 * that it would get today.
 * @param first what the raw record said, where it is still kept; raw is kept for a shorter time than rejects
 * @param asked the cluster that a person has named for what has none
 */
export function fateOf(
  reject: Reject,
  topics: Topics,
  inputs: readonly Input[],
  first: FirstFrame | undefined,
  asked: string | undefined,
): Fate {
  const owner = ownerOf(reject, topics)
  if (owner === undefined) return left('its topic is none of this podpipe')
  const { service } = owner
  const streams = inputs.flatMap(({ cluster, services }) =>
    services.filter(each => each.service === service).map(kind => ({ cluster, kind })),
  )
  if (owner.by === 'forwarder') {
    if (reject.reason !== 'too_large') return left('the forwarder cannot read it, and neither could it again')
    return {
      kind: 'output',
      output: { reject, service, id: keyOf(reject.bytes, reject, streams[0]?.kind ?? kindOf(service)) },
    }
  }
  const opened = openedOf(reject, topics, service)
  if (opened === undefined) return left('this version cannot read the record either')
  const known = opened.frame ?? first
  const clusters = [...new Set(streams.map(({ cluster }) => cluster))]
  const cluster = known?.cluster ?? asked ?? (clusters.length === 1 ? clusters[0] : undefined)
  if (cluster === undefined) {
    return left(unknownCluster)
  }
  const kind = streams.find(each => each.cluster === cluster)?.kind ?? streams[0]?.kind ?? kindOf(service)
  const origin: Origin = {
    cluster,
    service,
    connection,
    sequence: reject.offset,
    receivedAt: known?.received_at ?? reject.time,
    // Over what comes from the archive dedup looks back longest: the safer choice for what is old and of unknown way.
    mode: known?.mode ?? 'archive',
  }
  const { key, frame } = toRecord(opened.bytes, origin, kind)
  const { name: topic, partitions } = topics.raw(service)
  const partition = partitionOfKey(Buffer.from(key), partitions)
  return { kind: 'again', again: { reject, service, topic, partition, key, frame } }
}

const left = (why: string): Fate => ({ kind: 'left', why })

const keyOf = (bytes: Buffer, { offset: sequence }: Reject, kind: Kind): string =>
  toRecord(bytes, { cluster: '', service: '', connection, sequence, receivedAt: 0, mode: 'live' }, kind).key

/** The frame in a reject: kept as it came, or within the whole value of a record that could not be opened then. */
function openedOf(
  { reason, bytes }: Reject,
  topics: Topics,
  service: Service,
): { readonly bytes: Buffer; readonly frame?: RawFrame } | undefined {
  if (reason !== 'undecodable' && reason !== 'unknown_schema') return { bytes }
  try {
    const frame = topics.raw(service).codec.decode(bytes)
    return { bytes: frame.frame, frame }
  } catch {
    return undefined
  }
}
