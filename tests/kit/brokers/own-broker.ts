// A broker of a test's own, for tests that freeze, kill or restart it.

import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type EmbeddedBroker, startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { atEnd } from '../at-end.ts'
import { testDirectory } from '../directory.ts'

/**
 * Starts it; it is stopped, and its data removed, when the test ends.
 * @param env says where its jars are
 */
export async function ownBroker(t: TestContext, env = process.env): Promise<EmbeddedBroker> {
  const broker = await startEmbeddedBroker({
    directory: join(testDirectory(t), 'kafka'),
    log: createLog('kafka', 'silent'),
    profile: 'test',
    heap: '256m',
    env,
  })
  atEnd(t, broker.stop)
  return broker
}
