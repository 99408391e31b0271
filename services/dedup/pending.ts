// The ids that the batch at hand accepts, before it is committed: a second copy inside it meets the first one here.

import { type Fingerprint, isSame } from '@podpipe/schemas/id-fingerprint.ts'
import type { Remembered } from './window.ts'

export interface PendingIds {
  find(id: Fingerprint): Remembered | undefined
  /** A later acceptance replaces an earlier one. */
  add(id: Fingerprint, known: Remembered): void
}

interface Entry {
  readonly id: Fingerprint
  known: Remembered
  /** Another id with the same first word: rare, and another event. */
  readonly next: Entry | undefined
}

export function createPendingIds(): PendingIds {
  const entries = new Map<number, Entry>()
  const find = (id: Fingerprint): Entry | undefined => {
    let entry = entries.get(id.first)
    while (entry !== undefined && !isSame(entry.id, id)) entry = entry.next
    return entry
  }
  return {
    find: id => find(id)?.known,
    add(id, known) {
      const entry = find(id)
      if (entry === undefined) entries.set(id.first, { id, known, next: entries.get(id.first) })
      else entry.known = known
    },
  }
}
