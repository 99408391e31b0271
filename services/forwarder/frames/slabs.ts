// Frames that lie one behind the other in blocks of one size, which are used again once what they held is confirmed. So
// V8's collector has little to look through: nothing is made for a frame but a number, and neighbours leave in one write.

import type { Memory } from '@podpipe/runtime/kafka/memory.ts'
import { type Frame, putFrame } from './wire.ts'

export const slabBytes = 256 * 1024

/** A run of frames without a gap. */
export interface Slab {
  readonly bytes: Buffer
  /** Where each of them ends. */
  readonly ends: readonly number[]
}

/** What was laid out: the frames in their order, and the blocks to give back when none of them is needed any more. */
export interface Laid {
  readonly slabs: readonly Slab[]
  readonly blocks: readonly Buffer[]
}

/** A single frame is a slab as well. */
export const slabOf = (frame: Buffer | Slab): Slab =>
  'ends' in frame ? frame : { bytes: frame, ends: [frame.length] }

const startOf = ({ ends }: Slab, frame: number): number => (frame === 0 ? 0 : (ends[frame - 1] ?? 0))

/** Bytes of the frames `from` up to but not including `to`. */
export const sizeIn = (slab: Slab, from: number, to: number): number =>
  startOf(slab, to) - startOf(slab, from)

/** These frames as they lie. */
export const bytesIn = (slab: Slab, from: number, to: number): Buffer =>
  slab.bytes.subarray(startOf(slab, from), startOf(slab, to))

/** How far the frames from `from` on, before `to`, go into so many bytes. */
export function fitting(slab: Slab, from: number, to: number, bytes: number): number {
  if (sizeIn(slab, from, to) <= bytes) return to
  let end = from
  while (end < to && sizeIn(slab, from, end + 1) <= bytes) end += 1
  return end
}

/** Lays frames out one after the other: `room` for the next one, its bytes into `block` from `at` on, then `add`. */
export class SlabWriter {
  readonly slabs: Slab[] = []
  readonly blocks: Buffer[] = []
  block: Buffer = Buffer.alloc(0)
  at = 0
  readonly #memory: Pick<Memory, 'take'>
  #ends: number[] = []
  #left: number

  /** @param left bytes of all frames that will come, at most */
  constructor(memory: Pick<Memory, 'take'>, left: number) {
    this.#memory = memory
    this.#left = left
  }

  /** @param length bytes of the frame, at most */
  room(length: number): void {
    if (this.at + length <= this.block.length) return
    this.finish()
    // Where most of a whole one would stay empty it has the right size: at a slow rate many are on their way.
    if (this.#left < slabBytes / 2) this.block = Buffer.allocUnsafe(Math.max(length, this.#left))
    else {
      this.block = this.#memory.take(Math.max(length, slabBytes))
      this.blocks.push(this.block)
    }
    this.at = 0
  }

  add(length: number): void {
    this.at += length
    this.#left -= length
    this.#ends.push(this.at)
  }

  /** Nothing more comes into this block. */
  finish(): void {
    if (this.#ends.length === 0) return
    this.slabs.push({ bytes: this.block.subarray(0, this.at), ends: this.#ends })
    this.#ends = []
    this.block = Buffer.alloc(0)
    this.at = 0
  }

  put(frame: Frame): void {
    this.room(frame.length)
    putFrame(this.block, this.at, frame)
    this.add(frame.length)
  }
}

/** Puts frames together. */
export function layOut(frames: readonly Frame[], memory: Pick<Memory, 'take'>): Laid {
  let left = 0
  for (const { length } of frames) left += length
  const writer = new SlabWriter(memory, left)
  for (const frame of frames) writer.put(frame)
  writer.finish()
  return writer
}
