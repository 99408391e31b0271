// What each broker of a cluster says of itself.

import type { KafkaClient } from '../client.ts'
import type { AskedBroker } from '../connection/internals.ts'
import { type BrokerVersions, versionsOf } from './api-versions.ts'
import { describeLogDirs, type LogDir, logDirsOf, withRoom } from './log-dirs.ts'

export interface BrokerFacts {
  /** The broker's number in its cluster. */
  readonly node: number
  readonly versions: BrokerVersions
  /** Empty where it does not say. */
  readonly logDirs: readonly LogDir[]
}

/**
 * Asks one broker after the other.
 * @param nodes their numbers, as the cluster names them
 */
export async function askEveryBroker(client: KafkaClient, nodes: readonly number[]): Promise<BrokerFacts[]> {
  const cluster = client.createCluster()
  await cluster.connect()
  try {
    await cluster.refreshMetadata()
    const facts: BrokerFacts[] = []
    for (const node of nodes) {
      // Every broker of kafkajs takes such requests; the type keeps them out of everybody else's reach.
      const broker = (await cluster.findBroker({ nodeId: String(node) })) as AskedBroker
      const versions = await versionsOf(broker)
      const tellsRoom = (versions.requests.get(describeLogDirs)?.to ?? 0) >= withRoom
      facts.push({ node, versions, logDirs: tellsRoom ? await logDirsOf(broker) : [] })
    }
    return facts
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}
