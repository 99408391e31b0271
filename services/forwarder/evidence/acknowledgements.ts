// Waiting until the peer's TCP has acknowledged what the kernel has taken by now.

import { setTimeout as sleep } from 'node:timers/promises'

/** What the wait needs to know of a connection. */
export interface Acknowledging {
  /** Bytes that the kernel has taken so far. */
  taken(): number
  /** Of these, how many are not acknowledged; undefined where the system does not tell. */
  left(): Promise<number | undefined>
  isOver(): boolean
  /** The peer acknowledged nothing for `silenceMs`: ends the connection. */
  onSilence(): void
  /** Milliseconds. */
  readonly silenceMs: number
}

/**
 * Milliseconds before the second look, the third and so on. Most have acknowledged at the first or a round trip behind it.
 * Linux holds an acknowledgement back for 40 ms where it has nothing to send along with it, as at the end of a small stretch:
 * nothing of ours shortens that, and looks meanwhile are lost. Each costs 5 ms of the processor on a machine of 24 GB, for the
 * system goes through all the 262,144 places that it keeps for connections.
 */
const pauses = [5, 38, 60]
const longestPause = 100

/**
 * Resolves to true when all that the kernel has taken by now is acknowledged, to false if the connection ends first or
 * the system cannot tell. What the kernel has taken, less what it still holds for the peer, has been acknowledged. The
 * count is read before the table, so bytes that are added meanwhile can only make the result smaller.
 */
export async function untilAcknowledged(connection: Acknowledging): Promise<boolean> {
  const target = connection.taken()
  let before = Number.POSITIVE_INFINITY
  let movedAt = performance.now()
  for (let look = 0; !connection.isOver(); look++) {
    const taken = connection.taken()
    const left = await connection.left()
    if (connection.isOver() || left === undefined) return false
    if (taken - left >= target) return true
    const missing = target - (taken - left)
    if (missing < before) movedAt = performance.now()
    else if (performance.now() - movedAt > connection.silenceMs) connection.onSilence()
    before = Math.min(before, missing)
    await sleep(pauses[look] ?? longestPause)
  }
  return false
}
