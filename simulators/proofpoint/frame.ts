// What the Proofpoint simulator puts into one WebSocket message, and the interface of everything
// that can supply such frames: a generated plan, a replayed file.

/** `event`: a JSON object with an id. `noId`: a JSON object without one. `junk`: anything else. */
export type FrameKind = 'event' | 'noId' | 'junk'

export interface Frame {
  bytes: Buffer
  kind: FrameKind
  /** The bytes are not valid UTF-8, so a text message may not carry them (RFC 6455, 5.6). */
  binary: boolean
  /** How many WebSocket fragments it is sent as; by default what the session's rules say. */
  fragments?: number
}

/**
 * The frames of one type of event, in slots ordered by time.
 * Asking twice gives the same bytes; nothing is consumed.
 */
export interface Source {
  readonly length: number
  frame(slot: number): Frame
  /** The time at which the frame came into being, milliseconds since 1970; never falls from slot to slot. */
  timeOf(slot: number): number
  /** The slot whose content this slot repeats; the slot itself unless it is a copy. */
  origin(slot: number): number
  /** The slot that live mode sends at this position; differs from the position under disorder. */
  slotAt(position: number): number
}
