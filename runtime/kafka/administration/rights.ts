// What this client may do with topics and groups, asked of Kafka itself: nothing is read or written to find it out.
// kafkajs knows neither question, so both requests are written here (KIP-430; Kafka 2.3 and later).

import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '@podpipe/schemas/access.ts'
import { hasCause } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import { ask } from '../connection/ask.ts'
import type { AskedBroker, Decoder, InternalCluster } from '../connection/internals.ts'
import { isPassing } from '../passing.ts'
import { isRefusal } from '../refusal.ts'

/** Kafka's operations by their place in its bit field. */
const operations: Readonly<Record<Operation, number>> = {
  ...{ Read: 3, Write: 4, Create: 5, Delete: 6, Alter: 7 },
  ...{ Describe: 8, DescribeConfigs: 10, AlterConfigs: 11 },
}

const metadata = 3
const withRights = 8

/** Undefined where Kafka does not say. */
export type Rights = readonly Operation[] | undefined

/**
 * The rights by topic; none on one that must not even be seen. Of one that does not exist Kafka says nothing.
 * @returns undefined where the broker is too old for the question, and closes the connection at it
 */
export async function topicRights(
  client: KafkaClient,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Rights> | undefined> {
  const seen = await withCluster(client, async cluster => {
    await cluster.refreshMetadata()
    return lookAt(await cluster.findControllerBroker(), topics)
  })
  if (seen === undefined) return undefined
  if (seen === refused) return new Map(topics.map(name => [name, []]))
  return new Map(seen.map(({ name, error, rights }) => [name, error === topicRefused ? [] : rights]))
}

/** Which of these topics this client must not even see, whether they exist or not; none where the broker is too old to say. */
export async function hiddenTopics(client: KafkaClient, topics: readonly string[]): Promise<string[]> {
  const hidden = await withCluster(client, cluster => hiddenIn(cluster, topics))
  return hidden === refused ? [] : hidden
}

/** The same, asked over the connections of a cluster. */
export async function hiddenIn(cluster: InternalCluster, topics: readonly string[]): Promise<string[]> {
  const seen = await lookAt(await cluster.brokerPool.findConnectedBroker(), topics)
  return (seen ?? []).filter(({ error }) => error === topicRefused).map(({ name }) => name)
}

interface SeenTopic {
  readonly name: string
  readonly error: number
  readonly rights: Rights
}

/** Undefined where the broker is too old for the question: it would close the connection at it. */
async function lookAt(broker: AskedBroker, topics: readonly string[]): Promise<SeenTopic[] | undefined> {
  if ((broker.versions?.[metadata]?.maxVersion ?? 0) < withRights) return undefined
  return ask(broker, {
    apiKey: metadata,
    apiVersion: withRights,
    apiName: 'Metadata',
    encode: encoder => encoder.writeArray(topics).writeBoolean(false).writeBoolean(false).writeBoolean(true),
    decode: readMetadata,
  })
}

/** The rights on a consumer group, which need not exist. None where it must not even be seen. */
export async function groupRights(client: KafkaClient, groupId: string): Promise<Rights> {
  const rights = await withCluster(client, async cluster => {
    const broker = await coordinatorOf(cluster, groupId, groups)
    return ask(broker, {
      apiKey: 15,
      apiVersion: 3,
      apiName: 'DescribeGroups',
      encode: encoder => encoder.writeArray([groupId]).writeBoolean(true),
      decode: readGroup,
    })
  })
  return rights === refused ? [] : rights
}

/**
 * Whether this client may write under a transactional id. There is no question for it; so the id is asked for with a time that no
 * transaction can have. Kafka looks at the right before it looks at the time, and at who has the id after both: nobody is fenced.
 */
export async function mayTransact(client: KafkaClient, transactionalId: string): Promise<boolean> {
  const answer = await withCluster(client, async cluster => {
    const broker = await coordinatorOf(cluster, transactionalId, transactions)
    return broker.initProducerId({ transactionalId, transactionTimeout: 0 }).catch(error => {
      if (!hasCause(error, each => 'type' in each && each.type === 'INVALID_TRANSACTION_TIMEOUT')) throw error
    })
  })
  return answer !== refused
}

const [groups, transactions] = [0, 1]
const refused = Symbol('Kafka does not allow even the question')

/** kafkajs's own search takes a coordinator that it must not see for one that is not there. */
async function coordinatorOf(
  cluster: InternalCluster,
  groupId: string,
  coordinatorType: number,
): Promise<AskedBroker> {
  await cluster.refreshMetadata()
  const any = await cluster.findControllerBroker()
  const { coordinator } = await any.findGroupCoordinator({ groupId, coordinatorType })
  // Every broker of kafkajs takes such requests; the type keeps them out of everybody else's reach.
  return (await cluster.findBroker({ nodeId: String(coordinator.nodeId) })) as AskedBroker
}

const attempts = 40
const pause = 250

/** Asks again what fails for a reason that passes: a coordinator that was never asked before takes a moment to be there. */
async function withCluster<Answer>(
  client: KafkaClient,
  work: (cluster: InternalCluster) => Promise<Answer>,
): Promise<Answer | typeof refused> {
  const cluster = client.createCluster()
  await cluster.connect()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(cluster)
      } catch (error) {
        if (isRefusal(error)) return refused
        if (!isPassing(error) || attempt === attempts) throw error
        await sleep(pause)
      }
    }
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}

function readMetadata(decoder: Decoder): SeenTopic[] {
  decoder.readInt32()
  decoder.readArray(each => [each.readInt32(), each.readString(), each.readInt32(), each.readString()])
  decoder.readString()
  decoder.readInt32()
  return decoder.readArray((each): SeenTopic => {
    const error = each.readInt16()
    const name = each.readString() ?? ''
    each.readBoolean()
    each.readArray(skipPartition)
    return { name, error, rights: rightsIn(each.readInt32()) }
  })
}

function skipPartition(decoder: Decoder): void {
  decoder.readInt16()
  decoder.readInt32()
  decoder.readInt32()
  decoder.readInt32()
  for (let list = 0; list < 3; list++) decoder.readArray(each => each.readInt32())
}

function readGroup(decoder: Decoder): Rights {
  decoder.readInt32()
  const [rights] = decoder.readArray((each): Rights => {
    const error = each.readInt16()
    for (let text = 0; text < 4; text++) each.readString()
    each.readArray(member => {
      for (let text = 0; text < 3; text++) member.readString()
      member.readBytes()
      member.readBytes()
    })
    const found = rightsIn(each.readInt32())
    return error === groupRefused ? [] : found
  })
  return rights
}

const [topicRefused, groupRefused] = [29, 30]
/** What Kafka writes where it does not say. */
const unsaid = -2_147_483_648

function rightsIn(bits: number): Rights {
  if (bits === unsaid) return undefined
  const names = Object.keys(operations) as Operation[]
  return names.filter(name => (bits & (1 << operations[name])) !== 0)
}
