// What this machine says of itself.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { roomIn } from '@podpipe/runtime/broker/watch-disk.ts'
import type { HostFacts } from './host.ts'

/** @param stateDirectory where Kafka's data is or will be */
export async function hostFacts(stateDirectory: string): Promise<HostFacts> {
  const stateFolder = nearest(stateDirectory)
  // 0 where nothing constrains; and what constrains nothing is a number beyond all memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return {
    openFiles: openFiles(),
    memory: Math.min(totalmem(), limit),
    cores: availableParallelism(),
    stateFolder,
    stateRoom: await roomIn(stateFolder),
    isStateWritable: isWritable(stateFolder),
    node: process.versions.node,
  }
}

function nearest(folder: string): string {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The soft limit, from Linux's /proc. */
function openFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
