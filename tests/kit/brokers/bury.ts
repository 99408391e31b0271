// Tells a group that its members are dead. It would find out by itself when their sessions end, after 10 s, and
// nobody would be given their partitions before.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'

/** A part of kafkajs's brokers that nothing but this needs. */
interface Leaving {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
}

const groupCoordinator = 0

/**
 * The ids of a group's members. Ask before whoever follows the dead is started: it is not to be buried with them.
 * It saves time only, so that it never throws; none where Kafka does not say.
 */
export async function membersOf(client: KafkaClient, groupId: string): Promise<string[]> {
  try {
    const { groups } = await client.admin.describeGroups([groupId])
    return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId))
  } catch {
    return []
  }
}

/** Takes members out of a group. It saves time only, so that it never throws. */
export async function bury(client: KafkaClient, groupId: string, dead: readonly string[]): Promise<void> {
  const cluster = client.createCluster()
  try {
    await cluster.connect()
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: groupCoordinator })
    for (const memberId of dead) {
      await (coordinator as unknown as Leaving).leaveGroup({ groupId, memberId })
    }
  } catch {
    // The sessions end by themselves.
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}
