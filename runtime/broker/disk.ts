// The disk of the embedded broker. Kafka ends when it is full, and says so only in its own log.

import { statfs } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Trouble } from '../readiness.ts'

const interval = 2_000
const mebibyte = 1024 * 1024
/** Kafka makes its next segment and index files from this; a snapshot of its own state needs some as well. */
const full = 64 * mebibyte
/** A few hours of a busy cluster; on a small disk its tenth. */
const scarce = 2 * 1024 * mebibyte

/** What is not well with a disk of so many bytes. Pure. */
export function diskTrouble(
  directory: string,
  { free, total }: { readonly free: number; readonly total: number },
): Trouble | undefined {
  const text = `${Math.floor(free / mebibyte)} of ${Math.floor(total / mebibyte)} MiB are free in ${directory}`
  const action =
    'Make room there, or give the state directory a larger disk; Kafka is started again by itself.'
  if (free < full) {
    return {
      symptom: 'the disk of Kafka is full',
      impact:
        'Kafka ends, and nothing flows. Proofpoint keeps an hour of events for ingest; what Kafka has is safe.',
      cause: text,
      action,
    }
  }
  if (free >= Math.min(scarce, total / 10)) return undefined
  return {
    symptom: 'the disk of Kafka is nearly full',
    impact: 'None yet. When it is full Kafka ends, and nothing flows.',
    cause: text,
    action,
    isWarning: true,
  }
}

/** Looks again and again until the signal fires. */
export async function watchDisk(
  directory: string,
  tell: (trouble: Trouble | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // One that cannot be looked at is told of by whoever writes there.
    const found = await statfs(directory).catch(() => undefined)
    if (signal.aborted) return
    if (found !== undefined) {
      const { bavail, blocks, bsize } = found
      tell(diskTrouble(directory, { free: bavail * bsize, total: blocks * bsize }))
    }
    await sleep(interval, undefined, { signal }).catch(() => undefined)
  }
}
