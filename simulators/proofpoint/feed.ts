// All frames of one type that a Proofpoint simulator offers: its source, and what a test pushes later.
// Knows which slots have been sent at least once, on whichever session.

import type { Frame, Source } from './frame.ts'

export interface Feed extends Source {
  /** Adds a frame at the end, to be sent after all others. */
  push(frame: Frame, time: number): void
  /** Marks a slot as sent. */
  markSent(slot: number): void
  /** Slots sent at least once. When it equals `length`, everything offered was sent. */
  readonly sentSlots: number
}

/** Makes a feed on a source of fixed length. Costs one byte a slot. */
export function createFeed(source: Source): Feed {
  const pushed: { frame: Frame; time: number }[] = []
  const base = source.length
  let sent = new Uint8Array(base + 64)
  let sentSlots = 0

  return {
    get length() {
      return base + pushed.length
    },
    get sentSlots() {
      return sentSlots
    },
    frame: slot => pushed[slot - base]?.frame ?? source.frame(slot),
    timeOf: slot => pushed[slot - base]?.time ?? source.timeOf(slot),
    origin: slot => (slot < base ? source.origin(slot) : slot),
    slotAt: position => (position < base ? source.slotAt(position) : position),
    push(frame, time) {
      // Times must never fall, else the archive's search by halving goes astray.
      const before = pushed.at(-1)?.time ?? (base > 0 ? source.timeOf(base - 1) : time)
      pushed.push({ frame, time: Math.max(time, before) })
      if (base + pushed.length > sent.length) {
        const grown = new Uint8Array(sent.length * 2)
        grown.set(sent)
        sent = grown
      }
    },
    markSent(slot) {
      if (sent[slot] === 1) return
      sent[slot] = 1
      sentSlots++
    },
  }
}
