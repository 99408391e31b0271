// What an output promises to the loop that reads from Kafka, whatever the wire behind it.
// Offsets are committed only behind `confirmed`.

import type { Answer, Evidence } from './evidence/evidence.ts'
import type { Slab } from './frames/slabs.ts'

export interface Delivery {
  /** Resolves once the peer's evidence covers every frame of the delivery; rejects only if the output is closed first. */
  readonly confirmed: Promise<void>
}

export interface OutputStatus {
  /** A connection is up: being written to, or awaiting the peer's end. */
  readonly connected: boolean
  readonly unconfirmedFrames: number
  readonly unconfirmedBytes: number
  /** How connections ended so far, one count for each stretch on them that was not confirmed before. */
  readonly stretches: {
    readonly clean: number
    readonly fin: number
    readonly bareFin: number
    readonly reset: number
    readonly timeout: number
    readonly error: number
  }
  /** Frames confirmed so far, by the evidence. */
  readonly confirmed: Readonly<Record<Evidence, number>>
  /** Frames that were written and had to be sent again: the upper bound of doubles at the peer. */
  readonly resent: number
  /** The last failure, while it lasts, and what to do about it. */
  readonly failing?: { readonly cause: string; readonly action: string }
  /** The evidence that this peer usually gives. */
  readonly evidence: Evidence | 'none yet'
  /** How it took the newest end of a connection; left out while it has seen none. */
  readonly answer?: Answer
}

/** One by one, or many that lie one behind the other. */
export type Frames = readonly (Buffer | Slab)[]

export interface Output {
  readonly name: string
  /**
   * Waits for room and takes the frames over; a function makes them when there is room. Memory is bounded by the limits plus one delivery, however many call.
   * Rejects if the output is closed.
   * @param stopping ends the waiting, by a rejection with its reason: whoever is to deliver these frames is another one now
   */
  deliver(frames: Frames | (() => Frames), stopping?: AbortSignal): Promise<Delivery>
  /** Ends the open stretch now and resolves when all that was accepted before the call is confirmed, or the signal fires. */
  drain(signal: AbortSignal): Promise<void>
  /** Drops every connection and rejects what is not confirmed. */
  close(): Promise<void>
  status(): OutputStatus
  /** What is known of the peer, to be kept with the offsets; empty while nothing is. */
  note(): string
  /** Takes up what another one has noted; a note about another peer, or none, changes nothing. */
  recall(note: string): void
}
