// Kafka: whether it answers, has the topics as they should be, and lets each service do its work. Nothing is changed.

import { join } from 'node:path'
import { retentionFaults } from '@podpipe/dedup/retention.ts'
import { findMaven, presentJars } from '@podpipe/runtime/broker/jars.ts'
import { findJava } from '@podpipe/runtime/broker/java.ts'
import { runningBroker } from '@podpipe/runtime/broker/running.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { effectiveSettings } from '@podpipe/runtime/kafka/administration/effective-settings.ts'
import {
  groupRights,
  mayTransact,
  type Rights,
  topicRights,
} from '@podpipe/runtime/kafka/administration/rights.ts'
import { checkTopics, countPartitions, mayCreate } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { isRefusal, NotAllowedError } from '@podpipe/runtime/kafka/refusal.ts'
import { listConsoleTopics, listTopics, type Topic, type Topics } from '@podpipe/schemas/topics.ts'
import { connectNow } from '../connect-now.ts'
import { bad, type Check, good } from './check.ts'
import { missingRights, type Need, needsOf, servicesOf } from './kafka-needs.ts'

const part = 'kafka'

export async function checkKafka(config: PodpipeConfig): Promise<Check[]> {
  const { brokers } = config.kafka
  if (brokers.length > 0) return checkCluster(config, brokers)
  const running = runningBroker(join(config.stateDirectory, 'kafka'))
  return running === undefined ? checkEmbedded(process.env) : checkCluster(config, [running])
}

/** It is not started for a check; what it needs of this machine can be seen without. */
async function checkEmbedded(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const java = await findJava(env)
  const jars = presentJars(env)
  const maven = jars === undefined ? await findMaven(env) : undefined
  const wayToJars =
    jars === undefined ? 'Maven is here and fetches the jars at the first start' : `its jars are in ${jars}`
  return [
    java.kind === 'found'
      ? good(part, `podpipe runs its own; Java is ${java.path}`)
      : bad(part, `${java.why} Install it, or name a cluster under kafka.brokers`),
    maven?.kind === 'missing'
      ? bad(part, `${maven.why} Install it, set KAFKA_HOME to a Kafka, or name a cluster under kafka.brokers`)
      : good(part, wayToJars),
  ]
}

async function checkCluster(config: PodpipeConfig, brokers: readonly string[]): Promise<Check[]> {
  const topics = topicsOfConfig(config)
  let client: KafkaClient
  try {
    client = await connectNow(config, brokers, 'validate')
  } catch (error) {
    if (error instanceof ConfigurationError) return [bad(part, error.message)]
    throw error
  }
  try {
    const answers = good(part, `${brokers.join(', ')} answers`)
    const unfit = await checkTable(client, config, topics)
    if (unfit.length > 0) return [answers, ...unfit]
    const count = listTopics(topics).length
    return [
      answers,
      good(part, `the ${count} topics are there as they should be`),
      ...(await checkRights(client, config, topics)),
    ]
  } catch (error) {
    if (isRefusal(error)) return [bad(part, reasonOf(error))]
    return [
      bad(
        part,
        `${brokers.join(', ')} answers, and a question to it failed: ${reasonOf(error)}; run this again, and look at the brokers if it stays so`,
      ),
    ]
  } finally {
    await client.close()
  }
}

async function checkTable(client: KafkaClient, config: PodpipeConfig, topics: Topics): Promise<Check[]> {
  const changes = await checkTopics(client, listTopics(topics))
  const missing = changes.filter(({ change }) => change === 'create').map(({ topic }) => topic)
  const faults = changes.flatMap(each =>
    each.change === 'refused' ? [bad(part, `topic ${each.topic}: ${each.why}`)] : [],
  )
  if (missing.length > 0) {
    const text = `there is no topic ${missing.join(', ')}; create them with: podpipe topics apply. If they are there, this client may not see them: give it the right to describe them`
    faults.push(bad(part, text))
  }
  if (faults.length > 0) return faults
  const names = topics.services.flatMap(service => [topics.raw(service).name, topics.seen(service).name])
  const settings = await effectiveSettings(client, names)
  const longest = Math.max(config.dedup.windowMs, config.dedup.archiveWindowMs)
  if (settings instanceof NotAllowedError) return []
  return retentionFaults(topics, settings, longest).map(each => bad(part, each))
}

async function checkRights(client: KafkaClient, config: PodpipeConfig, topics: Topics): Promise<Check[]> {
  const needs = needsOf(config, topics)
  const named = (on: Need['on']): string[] => [
    ...new Set(needs.filter(each => each.on === on).map(({ name }) => name)),
  ]
  const ofTopics = await topicRights(client, named('topic'))
  if (ofTopics === undefined)
    return [good(part, 'this Kafka does not tell what each service may do; from 2.3 on it does')]
  const rights = new Map<string, Rights>()
  for (const [name, given] of ofTopics) rights.set(`topic ${name}`, given)
  for (const name of named('group')) rights.set(`group ${name}`, await groupRights(client, name))
  for (const name of named('transactional-id'))
    rights.set(`transactional-id ${name}`, (await mayTransact(client, name)) ? ['Write'] : [])
  // Of what is not there Kafka tells no rights; whether it may be made can be asked.
  for (const topic of await absentOnes(client, topics)) {
    const key = `topic ${topic.name}`
    if (rights.get(key) === undefined && !(await mayCreate(client, topic))) rights.set(key, butCreate)
  }
  return servicesOf(config).map(service => {
    const missing = missingRights(
      needs.filter(each => each.service === service),
      rights,
    )
    if (missing.length === 0) return good(part, `${service} may do all that it has to`)
    return bad(
      part,
      `${service} may not do ${missing.join(', ')}; what needs that would wait for it; add these rights (kafka-acls.sh --add) for the user that podpipe is to Kafka; podpipe topics plan --acls --commands prints all that it needs`,
    )
  })
}

const butCreate: Rights = ['Read', 'Write', 'Describe', 'DescribeConfigs', 'AlterConfigs']

/** Those of the topics that the console makes that it has not made yet. */
async function absentOnes(client: KafkaClient, topics: Topics): Promise<Topic<unknown>[]> {
  const made = [...listConsoleTopics(topics), topics.redriven]
  const there = await countPartitions(
    client,
    made.map(({ name }) => name),
  )
  return made.filter(({ name }) => !there.has(name))
}
