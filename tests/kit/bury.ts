// Tells a group that its members are dead. It would find out by itself when their sessions end, after 10 s, and
// nobody would be given their partitions before.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'

/** A part of kafkajs's brokers that nothing but this needs. */
interface Leaving {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
}

const groupCoordinator = 0

/** Takes every member out of a group. It saves time only, so that it never throws. */
export async function bury(client: KafkaClient, groupId: string): Promise<void> {
  const cluster = client.createCluster()
  try {
    await cluster.connect()
    const { groups } = await client.admin.describeGroups([groupId])
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: groupCoordinator })
    for (const { memberId } of groups.flatMap(({ members }) => members)) {
      await (coordinator as unknown as Leaving).leaveGroup({ groupId, memberId })
    }
  } catch {
    // The sessions end by themselves.
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}
