// A stretch: a bounded run of frames written to one connection, which is then half-closed.
// It is confirmed as a whole by the connection's clean end, or not at all.

import { framesOf, type Piece, type Room } from './backlog.ts'
import { type Connection, type ConnectionSettings, openConnection } from './connection.ts'

export interface StretchLimits {
  /** A stretch ends after this many frames, */
  readonly stretchEvents: number
  /** or bytes, */
  readonly stretchBytes: number
  /** or milliseconds after its first frame, whichever comes first. */
  readonly stretchMs: number
}

/** One write takes about this many bytes: small frames are joined, since a write costs more than a copy. */
const writeBytes = 64 * 1024

export class Stretch {
  /** Grows by one with each stretch of an output. */
  readonly number: number
  readonly pieces: Piece[] = []
  readonly connection: Connection
  /** Frames handed to the connection: as many may arrive twice if the stretch fails. */
  writtenFrames = 0
  #limits: StretchLimits
  #frames = 0
  #bytes = 0
  #writtenPieces = 0
  #nextFrame = 0
  #complete = false
  #wake: (() => void) | undefined

  constructor(number: number, limits: StretchLimits, settings: ConnectionSettings) {
    this.number = number
    this.#limits = limits
    this.connection = openConnection(settings)
    void this.#write()
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
  async #write(): Promise<void> {
    if (!(await this.connection.opened)) return
    for (;;) {
      const frames = this.#nextFrames()
      if (frames.length > 0) {
        this.writtenFrames += frames.length
        const [only] = frames
        if (!(await this.connection.write(frames.length === 1 && only ? only : Buffer.concat(frames)))) return
      } else if (this.#complete) {
        this.connection.halfClose()
        return
      } else await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  /** The frames of the next write: as many as fit, at least one; none if all are written. */
  #nextFrames(): Buffer[] {
    const frames: Buffer[] = []
    let bytes = 0
    for (;;) {
      const piece = this.pieces[this.#writtenPieces]
      if (piece === undefined) return frames
      const frame = piece.accepted.frames[piece.from + this.#nextFrame]
      if (frame === undefined || piece.from + this.#nextFrame >= piece.to) {
        this.#writtenPieces += 1
        this.#nextFrame = 0
      } else {
        if (frames.length > 0 && bytes + frame.length > writeBytes) return frames
        frames.push(frame)
        bytes += frame.length
        this.#nextFrame += 1
      }
    }
  }
}
