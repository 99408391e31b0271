// A stretch: a bounded run of frames written to a connection. It is confirmed as a whole or not at all: by the end of
// its connection, which is half-closed behind it, or on one that goes on, by what the connection says of its bytes.

import type { Connection } from '../connection/connection.ts'
import type { StretchEnd } from '../evidence/evidence.ts'
import { framesOf, type Piece, type Room } from './backlog.ts'
import { bytesIn, fitting, type Slab, sizeIn } from './slabs.ts'
import { plain, type Writing } from './writing.ts'

export interface StretchLimits {
  /** A stretch ends after this many frames, */
  readonly stretchEvents: number
  /** or bytes, */
  readonly stretchBytes: number
  /** or milliseconds after its first frame, whichever comes first. */
  readonly stretchMs: number
}

/** Whether the slab lies in the same block. */
const continues = (before: Buffer | undefined, { bytes }: Slab): boolean => before?.buffer === bytes.buffer

/** What a stretch is written to, and how it is to end there. */
export interface StretchPlace {
  readonly connection: Connection
  /** `closed`: the connection is half-closed behind the stretch. Else it goes on, and the stretch ends by its bytes. */
  readonly manner: 'closed' | 'acked' | 'written'
  /** Resolves when the stretch before it on the same connection has been handed over. */
  readonly after?: Promise<void>
  readonly writing?: Writing
}

export class Stretch {
  /** Grows by one with each stretch of an output. */
  readonly number: number
  readonly pieces: Piece[] = []
  readonly connection: Connection
  readonly manner: StretchPlace['manner']
  /** Settles once, with how the stretch ended. Never rejects. */
  readonly ended: Promise<StretchEnd>
  /** Resolves when nothing of it is left to hand over, or its connection is over. Never rejects. */
  readonly handedOver: Promise<void>
  /** Frames handed to the connection: as many may arrive twice if the stretch fails. */
  writtenFrames = 0
  /** When bytes were handed to the connection last, on the monotonic clock. */
  writtenAt = performance.now()
  #limits: StretchLimits
  #frames = 0
  #bytes = 0
  #writtenPieces = 0
  #nextFrame = 0
  #complete = false
  readonly #writing: Writing
  #wake: (() => void) | undefined

  constructor(number: number, limits: StretchLimits, place: StretchPlace) {
    const { connection, manner, after, writing = plain } = place
    this.number = number
    this.#limits = limits
    this.#writing = writing
    this.connection = connection
    this.manner = manner
    this.handedOver = this.#write(after)
    this.ended = manner === 'closed' ? connection.ended : this.#endOnOpen(manner)
  }

  get isEmpty(): boolean {
    return this.#frames === 0
  }

  get isFull(): boolean {
    return this.room.frames <= 0 || this.room.bytes <= 0
  }

  get room(): Room {
    return {
      frames: this.#limits.stretchEvents - this.#frames,
      bytes: this.#limits.stretchBytes - this.#bytes,
    }
  }

  add(piece: Piece): void {
    this.pieces.push(piece)
    this.#frames += framesOf([piece])
    this.#bytes += piece.bytes
    this.#wake?.()
  }

  /** Nothing more will be added: half-closes the connection behind the last frame. */
  complete(): void {
    this.#complete = true
    this.#wake?.()
  }

  /** Ends when the last frame of a complete stretch is written or the connection is over. Never rejects. */
  async #write(after?: Promise<void>): Promise<void> {
    await after
    if (!(await this.connection.opened)) return
    for (;;) {
      const portion = this.#nextPortion()
      if (portion.length > 0) {
        this.writtenAt = performance.now()
        for (const bytes of await this.#writing.encode(portion))
          if (!(await this.connection.write(bytes))) return
      } else if (this.#complete) {
        if (this.manner === 'closed') this.connection.halfClose()
        return
      } else await this.#more()
    }
  }

  async #endOnOpen(manner: 'acked' | 'written'): Promise<StretchEnd> {
    await this.handedOver
    const { connection } = this
    const isDone = await Promise.race([
      manner === 'acked' ? connection.acknowledged() : connection.written(),
      connection.ended.then(() => false),
    ])
    if (isDone) return manner
    connection.destroy('the system does not tell what the peer has acknowledged')
    return await connection.ended
  }

  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  /** The frames of the next write, as many as fit, at least one: each by itself, or as they lie; nothing if all are written. */
  #nextPortion(): Buffer[] {
    const { chunkBytes, isByFrame } = this.#writing
    const portion: Buffer[] = []
    let left = chunkBytes
    for (;;) {
      const piece = this.pieces[this.#writtenPieces]
      if (piece === undefined) return portion
      const { slab } = piece
      const from = piece.from + this.#nextFrame
      let to = fitting(slab, from, piece.to, left)
      if (to === from && portion.length === 0) to = from + 1
      // At the end of a block: its rest and a part of the next one would be two writes, and so on from block to block.
      if (!isByFrame && left < chunkBytes * 0.75 && !continues(portion.at(-1), slab)) return portion
      if (isByFrame) for (let at = from; at < to; at += 1) portion.push(bytesIn(slab, at, at + 1))
      else if (to > from) portion.push(bytesIn(slab, from, to))
      left -= sizeIn(slab, from, to)
      this.writtenFrames += to - from
      this.#nextFrame += to - from
      if (to < piece.to) return portion
      this.#writtenPieces += 1
      this.#nextFrame = 0
    }
  }
}
