// Waiting for the owner before to close its session: a partition moves before that is done, and Proofpoint would answer
// a second session with 409.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@podpipe/runtime/clock.ts'
import { sessionTimeout } from '@podpipe/runtime/kafka/group/group.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import type { StoredPosition } from './position.ts'

/** Between two looks at the position, in milliseconds. */
const look = 100
/** For an owner of whom there is no sign of life. It can live all the same: an idle stream writes no positions. */
const patienceWithTheDead = 3_000
/** For one that has written within a session timeout: it was not thrown out for its silence, and will say when it is done. */
const patienceWithTheLiving = 10_000
/** Its last position can be younger than the last heartbeat, from which the session timeout counts; in milliseconds. */
const behindHeartbeat = 1_500

/** For how long a position is waited behind, in milliseconds. Pure. */
export function patienceBehind({ position, writtenAt }: StoredPosition, now: number): number {
  if (position.clean) return 0
  return now - writtenAt < sessionTimeout - behindHeartbeat ? patienceWithTheLiving : patienceWithTheDead
}

/**
 * Reads the position until its owner has closed the session, which it says by a clean position. One that has died
 * never does and is not waited for long; as nobody is given its partitions before a session timeout is over, its last
 * position is older than that. Each position that comes meanwhile is a sign of life and begins the wait anew.
 * @returns the last position; none when there never was one
 */
export async function untilReleased(
  read: () => Promise<StoredPosition | undefined>,
  signal: AbortSignal,
  clock: Pick<Clock, 'now'>,
  pause: (ms: number) => Promise<void> = ms => sleep(ms, undefined, { signal }),
): Promise<Position | undefined> {
  let latest = await read()
  let seenAt = clock.now()
  let patience = latest === undefined ? 0 : patienceBehind(latest, seenAt)
  while (!signal.aborted && clock.now() - seenAt < patience) {
    await pause(look).catch(() => undefined)
    const next = await read()
    if (next !== undefined && next.writtenAt !== latest?.writtenAt) {
      seenAt = clock.now()
      patience = patienceBehind(next, seenAt)
    }
    latest = next
  }
  return latest?.position
}
