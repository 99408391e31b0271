// Which errors mean that Kafka does not allow something, and what exactly. They do not pass by themselves: a person has to give
// the right. Who waits for it meanwhile goes on as soon as it is there. Pure.

import { aclCommand, type Operation, type ResourceKind } from '@podpipe/schemas/access.ts'
import { hasCause } from '../errors.ts'
import type { Trouble } from '../readiness.ts'

/** kafkajs names what was refused in the type of its error: TOPIC_AUTHORIZATION_FAILED and the like. */
export const isRefusal = (error: unknown): boolean =>
  hasCause(error, each => each.name === 'NotAllowedError' || refusedIn(each) !== undefined)

const refusals = {
  TOPIC_AUTHORIZATION_FAILED: 'topic',
  GROUP_AUTHORIZATION_FAILED: 'group',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'transactional-id',
  CLUSTER_AUTHORIZATION_FAILED: 'cluster',
} as const

function refusedIn(error: Error): ResourceKind | undefined {
  return 'type' in error ? refusals[error.type as keyof typeof refusals] : undefined
}

/** Who asked Kafka: the user that podpipe is there, and the broker that a command can be given to. */
export interface Asker {
  readonly principal: string
  readonly brokers: readonly string[]
}

/** What was asked for, as far as who asked knows it: what an error of kafkajs is about stands in none of them. */
export interface Asked {
  readonly topic?: string
  /** What was to be done with the topic, or with the cluster. */
  readonly operation?: Operation
  readonly group?: string
  /** What was to be done with the group; a member reads it. */
  readonly onGroup?: Operation
  readonly transactionalId?: string
}

/** The user that podpipe is to Kafka may not do this. The message is whole sentences, with what to do. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'
  /** What may not be done, such as `Write on topic pod.unique.message`. */
  readonly what: string
  readonly principal: string
  readonly advice: string

  constructor(
    { principal, brokers }: Asker,
    operation: Operation,
    on: ResourceKind,
    name: string,
    cause?: unknown,
  ) {
    const what = `${operation} on ${on.replace('-', ' ')} ${name}`
    const command = aclCommand(brokers[0] ?? '', principal, [operation], { on, name, isPrefix: false })
    const advice = `Somebody who may has to give the right: ${command}; podpipe topics plan --acls shows all that podpipe needs`
    super(`Kafka does not let ${principal} do ${what}. ${advice}.`, { cause })
    this.what = what
    this.principal = principal
    this.advice = advice
  }
}

/** An error as it is to be told: a refusal with what it was about, and any other as it is. */
export function explained(
  error: unknown,
  asker: Asker,
  { topic, operation = 'Describe', group, onGroup = 'Read', transactionalId }: Asked,
): unknown {
  if (error instanceof NotAllowedError) return error
  let refused: ResourceKind | undefined
  hasCause(error, each => {
    refused ??= refusedIn(each)
    return refused !== undefined
  })
  if (refused === 'topic' && topic !== undefined)
    return new NotAllowedError(asker, operation, refused, topic, error)
  if (refused === 'group' && group !== undefined)
    return new NotAllowedError(asker, onGroup, refused, group, error)
  if (refused === 'transactional-id' && transactionalId !== undefined)
    return new NotAllowedError(asker, 'Write', refused, transactionalId, error)
  if (refused === 'cluster') return new NotAllowedError(asker, operation, refused, 'kafka-cluster', error)
  return error
}

/** The refusal that an error is, or that caused it. */
export function refusalIn(error: unknown): NotAllowedError | undefined {
  let found: NotAllowedError | undefined
  hasCause(error, each => {
    if (each instanceof NotAllowedError) found = each
    return found !== undefined
  })
  return found
}

/** A refusal for whoever is on duty. */
export const forbidden = ({ what, principal, advice }: NotAllowedError): Trouble => ({
  symptom: `Kafka forbids ${what}`,
  impact:
    'What needs the right waits for it and goes on by itself; nothing is lost while Kafka keeps it, 7 days.',
  cause: `the user ${principal} may not do it`,
  action: `${advice}.`,
})
