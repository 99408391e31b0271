// What an output has accepted and not yet confirmed: the frames, in order, and who waits for them.
// Pure bookkeeping between `deliver` and the stretches; it knows no connection and no clock.

/** One `deliver` call: its frames in order, and how many of them still lack evidence. */
interface Accepted {
  readonly order: number
  readonly frames: readonly Buffer[]
  unconfirmed: number
  readonly confirmed: PromiseWithResolvers<void>
}

/** A run of frames of one delivery, `from` up to but not including `to`. */
export interface Piece {
  readonly accepted: Accepted
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

export class Backlog {
  /** Accepted and not confirmed, waiting or on a connection. Memory is bounded by these two. */
  retainedFrames = 0
  retainedBytes = 0
  #waiting: Piece[] = []
  #open = new Set<Accepted>()
  #deliveries = 0

  /** True if there are frames that are on no connection. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Takes frames over. The promise resolves once all of them are confirmed; it rejects only by `abandon`. */
  accept(frames: readonly Buffer[]): Promise<void> {
    if (frames.length === 0) return Promise.resolve()
    const confirmed = Promise.withResolvers<void>()
    // A caller that went away before an output was closed must not bring the process down.
    confirmed.promise.catch(() => {})
    const accepted = { order: this.#deliveries++, frames, unconfirmed: frames.length, confirmed }
    const bytes = bytesOf(frames, 0, frames.length)
    this.#open.add(accepted)
    this.#waiting.push({ accepted, from: 0, to: frames.length, bytes })
    this.retainedFrames += frames.length
    this.retainedBytes += bytes
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
    const { accepted, from } = next
    let to = from
    let bytes = 0
    while (to < next.to && to - from < room.frames) {
      const size = accepted.frames[to]?.length ?? 0
      if (bytes + size > room.bytes && !(evenIfTooBig && to === from)) break
      bytes += size
      to += 1
    }
    if (to === from) return undefined
    if (to === next.to) this.#waiting.shift()
    else this.#waiting[0] = { accepted, from: to, to: next.to, bytes: next.bytes - bytes }
    return { accepted, from, to, bytes }
  }

  /** Puts frames back in front of everything accepted after them. */
  giveBack(pieces: readonly Piece[]): void {
    this.#waiting = [...pieces, ...this.#waiting].sort(
      (a, b) => a.accepted.order - b.accepted.order || a.from - b.from,
    )
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

function bytesOf(frames: readonly Buffer[], from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at += 1) sum += frames[at]?.length ?? 0
  return sum
}
