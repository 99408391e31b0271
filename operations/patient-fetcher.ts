// A fetcher for commands. A service begins again by itself when Kafka does not answer for some seconds; a command
// would end, and a cluster needs that long to give the partitions of a dead broker to another one.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'

const patience = 60_000

/** Asks for a minute again what passes by itself; records are waited for without limit, as by any fetcher. */
export const createPatientFetcher = (client: KafkaClient): Promise<Fetcher> => createFetcher(client, patience)
