// Which Apache Kafka a broker is, and whether podpipe can work with it. A broker does not name its release; what it takes and how far
// it knows the cluster's metadata says it. Pure.

import { spokenVersions } from '../connection/internals.ts'
import type { BrokerVersions, Range } from './api-versions.ts'

/**
 * By the highest level of metadata.version: the first level of each release, from the enumeration MetadataVersion of Kafka's own jars
 * (those of 3.7.2, 3.9.1, 4.1.0 and 4.3.1 were asked).
 */
const byMetadata: readonly (readonly [level: number, release: string])[] = [
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [4, '3.3'],
  [3, '3.2'],
  [2, '3.1'],
  [1, '3.0'],
]
/** The last level that is known here. */
const lastLevel = 30

/**
 * Of brokers that have no such level, by the latest version of the Fetch request: from `FetchRequest.json` of Kafka's sources, which
 * names for each version the proposal that brought it.
 */
const byFetch: readonly (readonly [version: number, release: string])[] = [
  [13, '3.1 to 3.9, with ZooKeeper'],
  [12, '2.7 to 3.0'],
  [11, '2.3 to 2.6'],
  [10, '2.1 or 2.2'],
  [8, '2.0'],
  [7, '1.1'],
]

const fetchRequest = 1

/** The release of a level of metadata.version. */
export const releaseOfLevel = (level: number): string =>
  level > lastLevel
    ? 'newer than 4.3'
    : (byMetadata.find(([first]) => level >= first)?.[1] ?? 'older than 3.0')

/** The release of a broker, as closely as it can be told. */
export function releaseOf({ requests, metadata }: BrokerVersions): string {
  if (metadata !== undefined) return releaseOfLevel(metadata)
  const version = requests.get(fetchRequest)?.to ?? 0
  return byFetch.find(([from]) => version >= from)?.[1] ?? 'older than 1.1'
}

/** A request that podpipe makes, and the lowest version of it that can say what podpipe has to say. */
interface Need {
  readonly name: string
  readonly key: number
  readonly from: number
}

/** What the services need; what only a check needs is not here. */
export const needs: readonly Need[] = [
  // Batches of records with a producer's id: what transactions are made of.
  { name: 'Produce', key: 0, from: 3 },
  // Aborted transactions are named, so that their records can be left out.
  { name: 'Fetch', key: 1, from: 4 },
  // The end of what is committed.
  { name: 'ListOffsets', key: 2, from: 2 },
  { name: 'Metadata', key: 3, from: 1 },
  { name: 'OffsetCommit', key: 8, from: 2 },
  { name: 'OffsetFetch', key: 9, from: 1 },
  // The coordinator of a transaction.
  { name: 'FindCoordinator', key: 10, from: 1 },
  { name: 'JoinGroup', key: 11, from: 1 },
  { name: 'Heartbeat', key: 12, from: 0 },
  { name: 'LeaveGroup', key: 13, from: 0 },
  { name: 'SyncGroup', key: 14, from: 0 },
  { name: 'DescribeGroups', key: 15, from: 0 },
  { name: 'ListGroups', key: 16, from: 0 },
  { name: 'CreateTopics', key: 19, from: 0 },
  { name: 'DeleteTopics', key: 20, from: 0 },
  { name: 'InitProducerId', key: 22, from: 0 },
  { name: 'AddPartitionsToTxn', key: 24, from: 0 },
  { name: 'EndTxn', key: 26, from: 0 },
  { name: 'DescribeConfigs', key: 32, from: 0 },
  { name: 'AlterConfigs', key: 33, from: 0 },
  { name: 'CreatePartitions', key: 37, from: 0 },
  { name: 'DeleteGroups', key: 42, from: 0 },
]

/** The requests that podpipe and a broker have no version of in common, such as `Fetch 4 to 11 (the broker: 12 to 18)`. */
export function lacking(requests: ReadonlyMap<number, Range>): string[] {
  return needs.flatMap(({ name, key, from }) => {
    const to = Math.max(...(spokenVersions.get(key) ?? [-1]))
    const found = requests.get(key)
    if (found !== undefined && found.from <= to && found.to >= from) return []
    const theirs = found === undefined ? 'none' : `${found.from} to ${found.to}`
    return [`${name} ${from} to ${to} (the broker: ${theirs})`]
  })
}
