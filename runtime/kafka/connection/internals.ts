// The parts of kafkajs that have no public door, with types of our own. kafkajs is pinned to 2.2.4 exactly;
// a change there shows here first. Everything else uses its public interface.

import '../encoding/faster-kafkajs.ts'
import './connection-fixes.ts'
import './hidden-coordinator.ts'
import { createRequire } from 'node:module'
import type { ConnectionOptions } from 'node:tls'
import type { ISocketFactory, Logger, RetryOptions, SASLOptions } from 'kafkajs'
import type { FetchedRecord } from '../encoding/batch-decoder.ts'

const require = createRequire(import.meta.url)

/** One record, as our decoder makes it or as kafkajs's own. */
export type InternalMessage = FetchedRecord | PlainMessage

export interface PlainMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly isControlRecord?: boolean
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean }
}

/** One partition's part of a fetch response. */
export interface InternalPartition {
  readonly partition: number
  readonly highWatermark: string
  readonly lastStableOffset?: string
  readonly abortedTransactions?:
    | readonly { readonly producerId: string; readonly firstOffset: string }[]
    | null
  readonly messages: readonly InternalMessage[]
}

/** Writes the body of a request. */
export interface Encoder {
  writeArray(texts: readonly string[]): Encoder
  writeBoolean(value: boolean): Encoder
  writeUVarInt(value: number): Encoder
  writeUVarIntString(text: string): Encoder
}

/** Reads the body of an answer. */
export interface Decoder {
  readInt16(): number
  readInt32(): number
  readInt64(): bigint
  readString(): string | null
  /** @param length read from the answer where it is left out */
  readBytes(length?: number): Buffer | null
  readUVarInt(): number
  readUVarIntString(): string | null
  readUVarIntArray<Value>(read: (decoder: Decoder) => Value): Value[] | null
  readTaggedFields(): unknown
  readBoolean(): boolean
  readArray<Value>(read: (decoder: Decoder) => Value): Value[]
}

export interface InternalBroker {
  fetch(request: {
    isolationLevel: number
    maxWaitTime: number
    minBytes: number
    maxBytes: number
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[]
  }): Promise<{ responses: { topicName: string; partitions: InternalPartition[] }[] }>
  listOffsets(request: {
    replicaId: number
    isolationLevel: number
    topics: { topic: string; partitions: { partition: number; timestamp: string }[] }[]
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>
  offsetCommit(request: {
    groupId: string
    groupGenerationId: number
    memberId: string
    topics: { topic: string; partitions: { partition: number; offset: string; metadata: string }[] }[]
  }): Promise<unknown>
  initProducerId(request: {
    transactionalId: string
    transactionTimeout: number
  }): Promise<{ producerId: string; producerEpoch: number }>
  addPartitionsToTxn(request: {
    transactionalId: string
    producerId: string
    producerEpoch: number
    topics: { topic: string; partitions: number[] }[]
  }): Promise<unknown>
  endTxn(request: {
    transactionalId: string
    producerId: string
    producerEpoch: number
    transactionResult: boolean
  }): Promise<unknown>
}

/** A broker that also takes requests which kafkajs does not know. */
export interface AskedBroker extends InternalBroker {
  /** By the number of a request: the versions of it that the broker takes. */
  readonly versions: Readonly<
    Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>
  > | null
  readonly connectionPool: {
    send<Answer>(call: {
      request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<Encoder> }
      response: {
        decode: (bytes: Buffer) => Promise<{ answer: Answer }>
        parse: (decoded: { answer: Answer }) => Promise<Answer>
      }
    }): Promise<Answer>
  }
  findGroupCoordinator(request: {
    groupId: string
    coordinatorType: number
  }): Promise<{ coordinator: { nodeId: number } }>
}

export interface InternalCluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  addMultipleTargetTopics(topics: string[]): Promise<void>
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
  /** Empty for a topic that is not known. */
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number | null }[]
  /** Every topic that was ever asked about here. */
  readonly targetTopics: ReadonlySet<string>
  readonly brokerPool: { findConnectedBroker(): Promise<AskedBroker> }
  findControllerBroker(): Promise<AskedBroker>
  findBroker(options: { nodeId: string }): Promise<InternalBroker>
  removeBroker(address: { host: string; port: number }): void
  findGroupCoordinator(options: { groupId: string; coordinatorType: number }): Promise<InternalBroker>
}

interface ClusterOptions {
  logger: Logger
  socketFactory: ISocketFactory
  brokers: string[]
  ssl?: ConnectionOptions
  sasl?: SASLOptions
  clientId: string
  connectionTimeout: number
  authenticationTimeout: number
  requestTimeout: number
  enforceRequestTimeout: boolean
  metadataMaxAge: number
  retry: RetryOptions
  allowAutoTopicCreation: boolean
  maxInFlightRequests: number | null
  isolationLevel: number
}

/** kafkajs's own view of a cluster: brokers, leaders, connections. */
export const Cluster: new (options: ClusterOptions) => InternalCluster = require('kafkajs/src/cluster')

export const Encoder: new () => Encoder = require('kafkajs/src/protocol/encoder')

export const Decoder: new (bytes: Buffer) => Decoder = require('kafkajs/src/protocol/decoder')

/** The versions of each request that kafkajs can write. */
export const spokenVersions: ReadonlyMap<number, readonly number[]> = new Map(
  Object.entries<{ readonly versions: readonly (number | string)[] }>(
    require('kafkajs/src/protocol/requests').requests,
  ).map(([name, { versions }]) => [
    require('kafkajs/src/protocol/requests/apiKeys')[name] as number,
    versions.map(Number),
  ]),
)

interface RequestQueue {
  pending: unknown[]
  scheduleCheckPendingRequests(this: RequestQueue): void
}

// kafkajs re-arms a timer of one millisecond for every connection, even when nothing waits. Idle, six
// transactional producers cost 2.7 % of a core with it and 0.5 % without, and on Node 24 it warns of
// negative timeouts (kafkajs issues 1556, 1704, 1751).
const queue = require('kafkajs/src/network/requestQueue').prototype as RequestQueue
const schedule = queue.scheduleCheckPendingRequests
queue.scheduleCheckPendingRequests = function () {
  if (this.pending.length > 0) schedule.call(this)
}
