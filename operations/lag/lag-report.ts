// How far consumers are behind, as it is told. Pure.

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
