// The ids a dedup task remembers.

import type { SeenId } from '@podpipe/schemas/seen-ids.ts'
import type { Remembered } from './window.ts'

/** Remembers accepted ids by their 128-bit digest. */
export interface SeenStore {
  readonly size: number
  /** What was accepted last under this digest, whether it is still within the window or not. */
  find(digest: Buffer): Remembered | undefined
  /** Remembers an accepted id; a later acceptance replaces an earlier one. */
  add(id: SeenId): void
  /**
   * Forgets ids from the oldest on, as long as `isExpired` says so of them. It may keep some that are
   * expired; it never forgets one that is not.
   */
  expire(isExpired: (id: Remembered) => boolean): void
}

/**
 * A store in a Map: right, and plain. It costs about 150 bytes an id and holds 16.7 million at most, the
 * limit of a V8 Map; above that `add` throws a RangeError, which ends the process rather than the window.
 */
export function createSeenStore(): SeenStore {
  // A Map keeps the order of insertion, which is the order of acceptance.
  const ids = new Map<string, Remembered>()
  return {
    get size() {
      return ids.size
    },
    find: digest => ids.get(digest.toString('latin1')),
    add({ digest, eventTime, appendTime }) {
      const key = digest.toString('latin1')
      ids.delete(key)
      ids.set(key, { eventTime, appendTime })
    },
    expire(isExpired) {
      for (const [key, id] of ids) {
        if (!isExpired(id)) break
        ids.delete(key)
      }
    },
  }
}
