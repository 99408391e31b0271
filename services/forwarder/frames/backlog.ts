// What an output has accepted and not yet confirmed: the frames, in order, and who waits for them.
// Pure bookkeeping between `deliver` and the stretches; it knows no connection and no clock.

import { fitting, type Slab, sizeIn, slabOf } from './slabs.ts'

/** One `deliver` call: how many of its frames still lack evidence. */
interface Accepted {
  unconfirmed: number
  readonly confirmed: PromiseWithResolvers<void>
}

/** A run of frames of one slab of a delivery, `from` up to but not including `to`. */
export interface Piece {
  readonly accepted: Accepted
  readonly slab: Slab
  /** Of its slab among all that were accepted. */
  readonly order: number
  readonly from: number
  readonly to: number
  readonly bytes: number
}

/** How much a stretch can still take. */
export interface Room {
  readonly frames: number
  readonly bytes: number
}

export const framesOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + piece.to - piece.from, 0)

export const bytesOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { bytes }) => sum + bytes, 0)

export class Backlog {
  /** Accepted and not confirmed, waiting or on a connection. Memory is bounded by these two. */
  retainedFrames = 0
  retainedBytes = 0
  #waiting: Piece[] = []
  #open = new Set<Accepted>()
  #slabs = 0

  /** True if there are frames that are on no connection. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Takes frames over. The promise resolves once all of them are confirmed; it rejects only by `abandon`. */
  accept(frames: readonly (Buffer | Slab)[]): Promise<void> {
    if (frames.length === 0) return Promise.resolve()
    const confirmed = Promise.withResolvers<void>()
    // A caller that went away before an output was closed must not bring the process down.
    confirmed.promise.catch(() => {})
    const accepted = { unconfirmed: 0, confirmed }
    for (const slab of frames.map(slabOf)) {
      const { length } = slab.ends
      const bytes = sizeIn(slab, 0, length)
      this.#waiting.push({ accepted, slab, order: this.#slabs++, from: 0, to: length, bytes })
      accepted.unconfirmed += length
      this.retainedFrames += length
      this.retainedBytes += bytes
    }
    this.#open.add(accepted)
    return confirmed.promise
  }

  /**
   * The next run of waiting frames that fits, or undefined.
   * @param evenIfTooBig gives at least one frame: one that is bigger than a whole stretch has one to itself
   */
  take(room: Room, evenIfTooBig: boolean): Piece | undefined {
    const next = this.#waiting[0]
    if (next === undefined) return undefined
    if (next.to - next.from <= room.frames && next.bytes <= room.bytes) return this.#waiting.shift()
    const { slab, from } = next
    if (room.frames <= 0) return undefined
    let to = fitting(slab, from, Math.min(next.to, from + room.frames), room.bytes)
    if (to === from && evenIfTooBig) to = from + 1
    if (to === from) return undefined
    const bytes = sizeIn(slab, from, to)
    if (to === next.to) this.#waiting.shift()
    else this.#waiting[0] = { ...next, from: to, bytes: next.bytes - bytes }
    return { ...next, to, bytes }
  }

  /** Puts frames back in front of everything accepted after them. */
  giveBack(pieces: readonly Piece[]): void {
    this.#waiting = [...pieces, ...this.#waiting].sort((a, b) => a.order - b.order || a.from - b.from)
  }

  /** The peer's evidence covers these frames: lets go of them and tells whoever waits. */
  confirm(pieces: readonly Piece[]): void {
    for (const { accepted, from, to, bytes } of pieces) {
      accepted.unconfirmed -= to - from
      this.retainedFrames -= to - from
      this.retainedBytes -= bytes
      if (accepted.unconfirmed > 0) continue
      this.#open.delete(accepted)
      accepted.confirmed.resolve()
    }
  }

  /** Resolves when all that is accepted by now is confirmed; what is accepted later is not waited for. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open].map(({ confirmed }) => confirmed.promise))
  }

  /** Rejects everything that is not confirmed and forgets it. */
  abandon(error: Error): void {
    for (const { confirmed } of this.#open) confirmed.reject(error)
    this.#open.clear()
    this.#waiting = []
    this.retainedFrames = 0
    this.retainedBytes = 0
  }
}
