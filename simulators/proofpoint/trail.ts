// Remembers when a live session wrote what, so that a session that ended uncleanly can be repeated
// from some seconds before its end. Pure: times are handed in.

/** Positions written within so many milliseconds share one mark. */
const grainMs = 10

export interface Trail {
  /** A frame at this position is about to be written. */
  wrote(position: number, now: number): void
  /** The peer is known to have read everything written up to this time. */
  read(upTo: number): void
  /** The position to go on from: the first one written less than `repeatMs` before the peer last read. */
  rewind(): number
}

/**
 * Makes the trail of one session.
 *
 * Why not simply the last `repeatMs` before the end: a slow peer has megabytes unread in the buffers between,
 * written long before. What counts is when the peer was last seen reading, which the caller finds out by pings.
 * @param start the position at which the session began, at time `now`
 */
export function createTrail(start: number, now: number, repeatMs: number): Trail {
  let marks = [{ position: start, at: now }]
  let readUpTo = now

  /** The index of the last mark that is at least `repeatMs` older than what the peer has read. */
  function keep(): number {
    const index = marks.findLastIndex(mark => mark.at <= readUpTo - repeatMs)
    return Math.max(index, 0)
  }

  return {
    wrote(position, at) {
      const last = marks.at(-1)
      if (!last || at - last.at >= grainMs) marks.push({ position, at })
    },
    read(upTo) {
      readUpTo = Math.max(readUpTo, upTo)
      marks = marks.slice(keep())
    },
    rewind: () => marks[keep()]?.position ?? start,
  }
}
