// Who is in a consumer group now, for commands that must not meddle with a running service.

import type { KafkaClient } from '../client.ts'

/**
 * Counts the members of a group; a group that does not exist has none. A member that was killed counts until
 * its session times out, 10 s later.
 */
export async function countMembers(client: KafkaClient, groupId: string): Promise<number> {
  const { groups } = await client.admin.describeGroups([groupId])
  const group = groups.find(each => each.groupId === groupId)
  if (group === undefined) throw new Error(`Kafka does not say who is in group ${groupId}; run this again.`)
  return group.members.length
}
