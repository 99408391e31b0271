// Rights as Kafka's authorizer keeps them: adding those that are not there yet.

import type { Operation, ResourceKind, Right } from '@podpipe/schemas/access.ts'
import type { AclEntry } from 'kafkajs'
import { ConfigurationError, hasCause } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from '../kafkajs.ts'
import { explained } from '../refusal.ts'

const kinds: Readonly<Record<ResourceKind, AclEntry['resourceType']>> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
}
const operations: Readonly<Record<Operation, AclEntry['operation']>> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Alter: AclOperationTypes.ALTER,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  AlterConfigs: AclOperationTypes.ALTER_CONFIGS,
}

/** A right as kafkajs takes it, from whatever host: who may come from where is the network's to say. */
export const entryOf = ({ principal, operation, on, name, isPrefix }: Right): AclEntry => ({
  resourceType: kinds[on],
  resourceName: name,
  resourcePatternType: isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  principal,
  host: '*',
  operation: operations[operation],
  permissionType: AclPermissionTypes.ALLOW,
})

/**
 * Adds the rights that are not there yet, and takes none away.
 * @returns those that were added
 * @throws NotAllowedError when this user may not see or change rights; ConfigurationError when the brokers know none
 */
export async function addRights(client: KafkaClient, rights: readonly Right[]): Promise<Right[]> {
  const missing = await missingRights(client, rights)
  if (missing.length > 0)
    await asked(client, 'Alter', () => client.admin.createAcls({ acl: missing.map(entryOf) }))
  return missing
}

/** The rights that are not there. It throws as `addRights` does. */
export async function missingRights(client: KafkaClient, rights: readonly Right[]): Promise<Right[]> {
  const { resources } = await asked(client, 'Describe', () =>
    client.admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ALLOW,
    }),
  )
  const there = new Set(
    resources.flatMap(({ acls, ...resource }) => acls.map(acl => textOf({ ...resource, ...acl }))),
  )
  return rights.filter(right => !there.has(textOf(entryOf(right))))
}

const textOf = (entry: Omit<AclEntry, 'host'>): string =>
  JSON.stringify([
    entry.resourceType,
    entry.resourcePatternType,
    entry.resourceName,
    entry.principal,
    entry.operation,
  ])

async function asked<Answer>(
  client: KafkaClient,
  operation: Operation,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await question()
  } catch (error) {
    if (hasCause(error, each => 'type' in each && each.type === 'SECURITY_DISABLED')) {
      throw new ConfigurationError(
        `${client.brokers.join(', ')}: this Kafka has no authorizer, so everybody who reaches it may do everything, and it keeps no rights. Switch one on at its brokers (authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer, with super.users), or leave --acls out.`,
      )
    }
    throw explained(error, client, { operation })
  }
}
