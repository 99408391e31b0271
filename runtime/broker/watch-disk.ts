// Looks at the disk of the embedded broker: for /status, the log and the metrics, and for whoever waits for room on it.

import { statfs } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Metrics } from '../metrics/metrics.ts'
import type { Readiness, Trouble } from '../readiness.ts'
import { createDiskJudge, enoughToStart, type Room } from './disk.ts'

const interval = 2_000

/** Undefined where the folder cannot be looked at: whoever writes there tells of that. */
export async function roomIn(directory: string): Promise<Room | undefined> {
  const found = await statfs(directory).catch(() => undefined)
  return found && { free: found.bavail * found.bsize, size: found.blocks * found.bsize }
}

/** Looks again and again until the signal fires. */
export async function watchDisk(
  directory: string,
  { metrics, readiness }: { metrics: Pick<Metrics, 'diskFree' | 'diskSize'>; readiness: Readiness },
  tell: (trouble: Trouble | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const judge = createDiskJudge(directory)
  while (!signal.aborted) {
    const room = await roomIn(directory)
    if (signal.aborted) return
    if (room !== undefined) {
      metrics.diskFree.set({ disk: 'kafka' }, room.free)
      metrics.diskSize.set({ disk: 'kafka' }, room.size)
      readiness.describe('disk', () => ({ directory, free_bytes: room.free, size_bytes: room.size }))
      tell(judge(room, performance.now()))
    }
    await sleep(interval, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * Resolves once Kafka has room to start in.
 * @throws the reason of the signal when it fires before
 */
export async function awaitRoom(directory: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const room = await roomIn(directory)
    // One that cannot be looked at is no reason to wait.
    if (room === undefined || room.free >= enoughToStart) return
    await sleep(interval / 4, undefined, { signal })
  }
}
