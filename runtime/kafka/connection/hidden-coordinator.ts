// A sixth fault of kafkajs: asked for the coordinator of a group or of a transactional id that this user must not see, it says that
// there is none. That passes for a broker that is away, and is tried again without end and without a word about the right that
// is missing. Importing this file is enough; internals.ts does.

import { createRequire } from 'node:module'
import { isRefusal } from '../refusal.ts'

const require = createRequire(import.meta.url)

interface Question {
  readonly groupId: string
  readonly coordinatorType: number
}

interface Cluster {
  readonly brokerPool: {
    findConnectedBroker(): Promise<{ findGroupCoordinator(question: Question): Promise<unknown> }>
  }
  findGroupCoordinatorMetadata(this: Cluster, question: Question): Promise<unknown>
}

const prototype = require('kafkajs/src/cluster').prototype as Cluster
const { findGroupCoordinatorMetadata } = prototype

prototype.findGroupCoordinatorMetadata = async function (question) {
  try {
    return await findGroupCoordinatorMetadata.call(this, question)
  } catch (error) {
    if (error instanceof Error && error.name === 'KafkaJSGroupCoordinatorNotFound')
      await requireAllowed(this, question)
    throw error
  }
}

/** Asks one broker itself. @throws when it refuses; what else it says was heard before */
async function requireAllowed({ brokerPool }: Cluster, question: Question): Promise<void> {
  try {
    const broker = await brokerPool.findConnectedBroker()
    await broker.findGroupCoordinator(question)
  } catch (error) {
    if (isRefusal(error)) throw error
  }
}
