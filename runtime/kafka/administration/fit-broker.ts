// Whether a broker takes every request that podpipe has to make, asked at the start: else the first one that it does not know would
// look like a connection that breaks off.

import { ConfigurationError } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import { versionsOf } from './api-versions.ts'
import { lacking, releaseOf } from './broker-release.ts'

const told = 3

/** @throws ConfigurationError when the broker is too old for podpipe, or too new */
export async function requireFit(client: KafkaClient): Promise<void> {
  const cluster = client.createCluster()
  await cluster.connect()
  try {
    await cluster.refreshMetadata()
    const versions = await versionsOf(await cluster.findControllerBroker())
    const lacks = lacking(versions.requests)
    if (lacks.length === 0) return
    throw new ConfigurationError(
      `${client.brokers.join(', ')}: podpipe cannot work with this Kafka, which is ${releaseOf(versions)} by what it takes: it has not ${someOf(lacks)}. Bring the brokers to a release that is still cared for, or name another cluster in kafka.brokers.`,
    )
  } finally {
    await cluster.disconnect()
  }
}

/** A few of them: of a broker of long ago there are dozens, and what to do stands behind them. */
function someOf(lacks: readonly string[]): string {
  const others = lacks.length - told
  return others > 0 ? `${lacks.slice(0, told).join(', ')} and ${others} more` : lacks.join(', ')
}
