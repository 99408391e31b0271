// What `run all` hands to each service that it starts as a process: the configuration that is in use, and where Kafka is.
// A service that read the file by itself might find another one than the others work with, or one that is spoilt.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { deepFreeze } from '@podpipe/runtime/config/freeze.ts'
import { ConfigurationError, exitCodes } from '@podpipe/runtime/errors.ts'

export interface Handed {
  readonly config: PodpipeConfig
  readonly brokers: readonly string[]
}

/** The option that tells a process to wait for what it is handed. */
export const handedFlag = '--handed'

/** Over the channel between the two, which nobody else can read: the configuration holds secrets. */
export function handTo(child: ChildProcess, handed: Handed): void {
  // It may have died before it listens; that is noticed where its end is.
  child.send(handed, () => undefined)
}

/**
 * Waits for it; ends the process when the parent dies first.
 * @throws ConfigurationError when nobody is there who could hand anything
 */
export async function takeHanded(): Promise<Handed> {
  if (process.send === undefined) {
    throw new ConfigurationError(
      `${handedFlag} is for services that podpipe run all starts, and this one has no parent that hands it anything. Leave it out.`,
    )
  }
  const alone = (): never => process.exit(exitCodes.failed)
  if (!process.connected) alone()
  process.once('disconnect', alone)
  const [handed] = (await once(process, 'message')) as [Handed]
  process.off('disconnect', alone)
  return deepFreeze(handed)
}
