// How far consumers are behind, as commands show it. Pure.

import { n } from '../number-text.ts'
import { durationOf } from '../status/tree.ts'

/** A partition of one consumer, as `podpipe lag -o json` prints it: keys are only ever added. */
export interface PartitionBehind {
  readonly topic: string
  readonly partition: number
  /** The consumer goes on here. */
  readonly done: number
  /** Behind the last record that can be read. */
  readonly end: number
  /** Records to be done, marks of transactions among them; 0 where nothing but marks is left. */
  readonly records: number
  /** Age of the oldest record that is not done; 0 where all are. */
  readonly seconds: number
  /** Records that nobody can read yet, since a transaction stands open before them. */
  readonly held: number
}

export interface ConsumerBehind {
  /** As in the metrics: `dedup`, or `forwarder-` and an output. */
  readonly consumer: string
  readonly records: number
  /** Of the partition that is furthest behind. */
  readonly seconds: number
  readonly held: number
  readonly partitions: readonly PartitionBehind[]
}

/** What `podpipe lag -o json` prints. */
export interface LagReport {
  /** When Kafka was asked, ISO 8601, UTC. */
  readonly at: string
  readonly consumers: readonly ConsumerBehind[]
}

export function consumerOf(consumer: string, partitions: readonly PartitionBehind[]): ConsumerBehind {
  return {
    consumer,
    records: partitions.reduce((sum, { records }) => sum + records, 0),
    seconds: Math.max(0, ...partitions.map(({ seconds }) => seconds)),
    held: partitions.reduce((sum, { held }) => sum + held, 0),
    partitions,
  }
}

/** For a person: a line a consumer; with `each` one a partition as well. */
export function lagText({ consumers }: LagReport, each: boolean): string {
  const width = Math.max(8, ...consumers.map(({ consumer }) => consumer.length), ...(each ? [26] : []))
  const line = (name: string, records: number, seconds: number, held: number): string =>
    `${name.padEnd(width)}  ${n(records).padStart(11)}  ${seconds === 0 ? '-' : durationOf(seconds * 1_000)}${held === 0 ? '' : `   ${n(held)} in an open transaction`}`
  return [
    `${'consumer'.padEnd(width)}  ${'records'.padStart(11)}  oldest`,
    ...consumers.flatMap(({ consumer, records, seconds, held, partitions }) => [
      line(consumer, records, seconds, held),
      ...(each ? partitions : []).map(place =>
        line(`  ${place.topic}/${place.partition}`, place.records, place.seconds, place.held),
      ),
    ]),
  ].join('\n')
}
