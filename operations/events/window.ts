// How much of a partition is looked at next, from its end towards its beginning, when nobody knows how large its records
// are. Pure.

/** A stretch of a partition that is still to be looked through, from its end. */
export interface Stretch {
  readonly start: number
  /** Everything from here on was looked through. */
  readonly end: number
  /** How many offsets the next look covers. */
  readonly step: number
}

/** The first look: few enough for records of many megabytes, and a mark of a transaction may be among them. */
const firstStep = 4
/** Of small records so many times more each time. */
const growth = 8
/** What one look is to bring, in bytes. */
const wanted = 2 * 1024 * 1024

export const stretchOf = (start: number, end: number): Stretch => ({ start, end, step: firstStep })

/** What the next look covers; undefined when nothing is left. */
export function nextWindow({ start, end, step }: Stretch): { from: number; to: number } | undefined {
  return end > start ? { from: Math.max(start, end - step), to: end } : undefined
}

/** After a look at all of `[from, end)`, which held so many bytes. */
export function afterLook({ start, end }: Stretch, from: number, bytes: number): Stretch {
  const covered = Math.max(1, end - from)
  const fits = bytes === 0 ? Number.POSITIVE_INFINITY : Math.floor((wanted * covered) / bytes)
  return { start, end: from, step: Math.max(1, Math.min(covered * growth, fits)) }
}

/**
 * After a look that was given up since it became too large: so many bytes in the first `offsets` of its window. A window
 * of one offset is never given up.
 */
export function afterTooMuch(stretch: Stretch, offsets: number, bytes: number): Stretch {
  const fits = Math.floor((wanted * Math.max(1, offsets)) / Math.max(1, bytes))
  return { ...stretch, step: Math.max(1, Math.min(Math.floor(stretch.step / 2), fits)) }
}
