// The topics table: the one place that says which topics exist, what they hold and how they are kept.
// Services, the topics job, tests and tools all read it.

import type { Codec } from './codec.ts'
import {
  type Collector,
  collectorCodec,
  type Event,
  eventCodec,
  type HistoryEntry,
  historyCodec,
  type Position,
  positionCodec,
  type RawFrame,
  type Redriven,
  type Rejected,
  rawFrameCodec,
  redrivenCodec,
  rejectedCodec,
  type SeenBlock,
  seenBlockCodec,
} from './records.ts'
import type { Service } from './service.ts'

/** A topic: its name, what its values are, and how the broker is to keep it. */
export interface Topic<Value> {
  readonly name: string
  readonly partitions: number
  readonly codec: Codec<Value>
  /** Kafka topic settings by their Kafka names. */
  readonly settings: Readonly<Record<string, string>>
}

/** Every topic of one podpipe installation. */
export interface Topics {
  /** The kinds of event that have topics here, each once. */
  readonly services: readonly Service[]
  readonly raw: (service: Service) => Topic<RawFrame>
  readonly unique: (service: Service) => Topic<Event>
  readonly seen: (service: Service) => Topic<SeenBlock>
  readonly rejected: Topic<Rejected>
  /** Which rejects were sent again; made when the first one is. */
  readonly redriven: Topic<Redriven>
  readonly positions: Topic<Position>
  /** What happened lately, for people to look back on; made by the console. */
  readonly history: Topic<HistoryEntry>
  /** The inputs that were defined in the console; made with the first of them. */
  readonly collectors: Topic<Collector>
}

const hour = 60 * 60 * 1000
const day = 24 * hour
const mebibyte = 1024 * 1024

/** The largest record a broker takes: 16 MiB. */
export const maxRecordBytes = 16 * mebibyte

/** The largest frame ingest accepts: what fits into a record beside key, envelope and batch header. */
export const maxFrameBytes = maxRecordBytes - 64 * 1024

const rawDays = 7
const rejectedDays = 30
const historyDays = 7
const usualLongestWindow = 3 * hour

/**
 * For how many days the ledger has to be kept. dedup may be as far behind as raw reaches, and looks back a
 * whole window from there: ids that were deleted before would be forgotten, and their copies published.
 * @param longestWindow in milliseconds
 */
export const ledgerDays = (longestWindow: number): number => rawDays + Math.ceil((longestWindow + hour) / day)

const deleteAfter = (days: number): Record<string, string> => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(days * day),
  'max.message.bytes': String(maxRecordBytes),
})

/**
 * The table for one installation.
 * @param options.prefix first part of every name, so that several installations share a cluster
 * @param options.services the kinds of event; with the known ones, those that the configuration adds
 * @param options.longestWindow how far dedup looks back at most, in milliseconds; three hours if left out
 * @param options.partitions of raw, unique and seen alike: an id must meet one dedup task, and its output partition
 */
export function topicsOf(options: {
  readonly prefix: string
  readonly partitions: number
  readonly services: readonly Service[]
  readonly longestWindow?: number
}): Topics {
  const { prefix, partitions, services, longestWindow = usualLongestWindow } = options
  const perService =
    <Value>(stage: string, codec: Codec<Value>, settings: Record<string, string>) =>
    (service: Service): Topic<Value> => ({
      name: `${prefix}.${stage}.${service}`,
      partitions,
      codec,
      settings,
    })

  return {
    services,
    // The append time of raw is podpipe's clock: given by the broker, the same in every replay.
    raw: perService('raw', rawFrameCodec, {
      ...deleteAfter(rawDays),
      'message.timestamp.type': 'LogAppendTime',
    }),
    unique: perService('unique', eventCodec, deleteAfter(7)),
    // Kept longer than raw: while Proofpoint is out the event clock stands still, and ids stay live for days. And
    // a ledger that went before the records it decided would have them published once more.
    seen: perService('seen', seenBlockCodec, {
      ...deleteAfter(ledgerDays(longestWindow)),
      // A broker's own bound must not cut it: it is 24 bytes an event.
      'retention.bytes': '-1',
      'segment.bytes': String(16 * mebibyte),
    }),
    rejected: {
      name: `${prefix}.rejected`,
      partitions: 1,
      codec: rejectedCodec,
      settings: deleteAfter(rejectedDays),
    },
    // A note must outlive its reject, or that would be offered once more.
    redriven: {
      name: `${prefix}.redriven`,
      partitions: 1,
      codec: redrivenCodec,
      settings: deleteAfter(rejectedDays + 1),
    },
    // Owning a partition of this topic is the right to run the sessions that fall into it.
    positions: {
      name: `${prefix}.positions`,
      partitions: 12,
      codec: positionCodec,
      settings: { 'cleanup.policy': 'compact', 'segment.bytes': String(mebibyte) },
    },
    // A sample every ten seconds is some 50 MiB a week. The bound is for a week of another kind.
    history: {
      name: `${prefix}.history`,
      partitions: 1,
      codec: historyCodec,
      settings: {
        'cleanup.policy': 'delete',
        'retention.ms': String(historyDays * day),
        'retention.bytes': String(256 * mebibyte),
        'segment.bytes': String(16 * mebibyte),
        'max.message.bytes': String(mebibyte),
      },
    },
    // One partition, so that revisions have one order. Each stands under a key of its own as well and outlives compaction.
    collectors: {
      name: `${prefix}.collectors`,
      partitions: 1,
      codec: collectorCodec,
      settings: {
        'cleanup.policy': 'compact',
        'segment.bytes': String(mebibyte),
        'max.message.bytes': String(mebibyte),
      },
    },
  }
}

/** Every topic that a podpipe has from its start, in the order of the flow. */
export function listTopics(topics: Topics): Topic<unknown>[] {
  const { services, raw, unique, seen, rejected, positions } = topics
  return [positions, ...services.flatMap(service => [raw(service), unique(service), seen(service)]), rejected]
}

/** The topics of the console, made when it first runs. A podpipe without one has none of them. */
export const listConsoleTopics = ({ history, collectors }: Topics): Topic<unknown>[] => [history, collectors]
