// Which Apache Kafka a broker is. It does not say so itself; the versions of the requests that it takes do.

import type { KafkaClient } from './client.ts'

const fetchRequest = 1

/**
 * By the latest version of the Fetch request, from `FetchRequest.json` of Apache Kafka's sources, which names for each
 * version the proposal that brought it.
 */
const byFetch: readonly (readonly [version: number, release: string])[] = [
  [18, '4.1 or newer'],
  [17, '3.9 or 4.0'],
  [16, '3.7 or 3.8'],
  [14, '3.5 or 3.6'],
  [13, '3.1 to 3.4'],
  [12, '2.7 to 3.0'],
  [11, '2.3 to 2.6'],
]

/** The releases that a latest Fetch version stands for. Pure. */
export const releaseOf = (fetchVersion: number): string =>
  byFetch.find(([version]) => fetchVersion >= version)?.[1] ?? 'older than 2.3'

/** Asks one broker. */
export async function brokerRelease(client: KafkaClient): Promise<string> {
  const cluster = client.createCluster()
  await cluster.connect()
  try {
    await cluster.refreshMetadata()
    const { versions } = await cluster.findControllerBroker()
    return releaseOf(versions?.[fetchRequest]?.maxVersion ?? 0)
  } finally {
    await cluster.disconnect()
  }
}
