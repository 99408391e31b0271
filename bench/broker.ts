// The broker of a benchmark, in the benchmark's own folder.

import { join } from 'node:path'
import { type EmbeddedBroker, startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import type { Profile } from '@podpipe/runtime/broker/jvm.ts'
import type { Bench } from './benchmark.ts'

/** @param stack takes what stops it */
export async function startBroker(
  { directory, log, signal }: Pick<Bench, 'directory' | 'log' | 'signal'>,
  stack: AsyncDisposableStack,
  profile: Profile = 'test',
): Promise<EmbeddedBroker> {
  const broker = await startEmbeddedBroker({
    directory: join(directory, 'kafka'),
    log,
    profile,
    signal,
  })
  stack.defer(broker.stop)
  return broker
}
