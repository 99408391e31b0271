// The ids that the batch at hand accepts, before it is committed: a second copy inside it meets the first one here.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import type { Remembered } from './window.ts'

export interface PendingIds {
  find(id: Fingerprint): Remembered | undefined
  /** A later acceptance replaces an earlier one. */
  add(id: Fingerprint, known: Remembered): void
  /** Forgets all of them and keeps their memory: to lay it out anew takes longer than all that is done in it. */
  clear(): void
}

const wordsPerId = 3
const atFirst = 256

export function createPendingIds(): PendingIds {
  let known: Remembered[] = []
  let ids = new Int32Array(wordsPerId * atFirst)
  // Twice as many places as ids: which id is at a place, counted from one, or behind it where that was taken.
  let places = new Int32Array(2 * atFirst)

  /** The place of an id, or the free one where it belongs. */
  const placeOf = (first: number, second: number, third: number): number => {
    const last = places.length - 1
    for (let place = first & last; ; place = (place + 1) & last) {
      const at = wordsPerId * ((places[place] ?? 0) - 1)
      if (at < 0 || (ids[at] === first && ids[at + 1] === second && ids[at + 2] === third)) return place
    }
  }
  const grow = (): void => {
    const before = ids
    ids = new Int32Array(2 * before.length)
    ids.set(before)
    places = new Int32Array(2 * places.length)
    for (let id = 0; id < known.length; id++) {
      const at = wordsPerId * id
      places[placeOf(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0)] = id + 1
    }
  }
  return {
    find({ first, second, third, place }) {
      const id = places[placeOf(first, second, (place << 16) | third)] ?? 0
      return id === 0 ? undefined : known[id - 1]
    },
    add({ first, second, third, place }, times) {
      const word = (place << 16) | third
      if (wordsPerId * known.length === ids.length) grow()
      const own = placeOf(first, second, word)
      const id = places[own] ?? 0
      if (id > 0) {
        known[id - 1] = times
        return
      }
      const at = wordsPerId * known.length
      ids[at] = first
      ids[at + 1] = second
      ids[at + 2] = word
      places[own] = known.push(times)
    },
    clear() {
      known = []
      places.fill(0)
    },
  }
}
