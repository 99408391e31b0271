// Frames that lie one behind the other in blocks of one size. So V8's collector has little to look through: nothing is
// made for a frame but a number, and neighbours leave in one write.

import type { Block, Blocks } from './blocks.ts'
import { type Frame, putFrame } from './wire.ts'

/** A run of frames without a gap. */
export interface Slab {
  readonly bytes: Buffer
  /** Where each of them ends. */
  readonly ends: readonly number[]
}

/** What was laid out: the frames in their order, and the blocks to let go of when none of them is needed any more. */
export interface Laid {
  readonly slabs: readonly Slab[]
  readonly blocks: readonly Block[]
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

/** Lays the frames of a batch out one after the other: `room` for the next one, its bytes into `block` from `at` on, then `add`. */
export class SlabWriter implements Laid {
  readonly slabs: Slab[] = []
  readonly blocks: Block[] = []
  block: Buffer = Buffer.alloc(0)
  at = 0
  readonly #blocks: Blocks
  #held: Block | undefined
  #start = 0
  #ends: number[] = []

  constructor(blocks: Blocks) {
    this.#blocks = blocks
  }

  /** @param length bytes of the frame, at most */
  room(length: number): void {
    if (this.at + length <= this.block.length) return
    this.finish()
    const held = this.#blocks.hold(length)
    this.blocks.push(held)
    this.#held = held
    this.block = held.bytes
    this.#start = held.filled
    this.at = held.filled
  }

  add(length: number): void {
    this.at += length
    this.#ends.push(this.at - this.#start)
  }

  /** Nothing more of this batch comes into this block. */
  finish(): void {
    if (this.#held === undefined) return
    this.#held.filled = this.at
    if (this.#ends.length > 0)
      this.slabs.push({ bytes: this.block.subarray(this.#start, this.at), ends: this.#ends })
    this.#ends = []
    this.#held = undefined
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
export function layOut(frames: readonly Frame[], blocks: Blocks): Laid {
  const writer = new SlabWriter(blocks)
  for (const frame of frames) writer.put(frame)
  writer.finish()
  return writer
}
