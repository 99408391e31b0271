// Memory for the frames on their way: the frames of a batch are put together one behind the other, in blocks of one size
// that are used again once what they held is confirmed. So V8's collector, which counts such memory and looks through
// everything when there is much of it, has nothing to count, and neighbours leave in one write.

import { type Frame, putFrame } from './wire.ts'

/** Blocks that nobody uses. */
export interface Slabs {
  /** A block of `slabBytes`. */
  take(): Buffer
  /** What was taken and is not needed any more. */
  giveBack(blocks: readonly Buffer[]): void
}

export const slabBytes = 256 * 1024
/** What is kept for the next ones; more than that has been a rush. */
const keptBlocks = 64

export function createSlabs(): Slabs {
  const free: Buffer[] = []
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(slabBytes),
    giveBack(blocks) {
      for (const block of blocks) if (free.length < keptBlocks) free.push(block)
    },
  }
}

/**
 * Puts frames together.
 * @returns the bytes of each frame, in their order, and the blocks to give back when none of them is needed any more
 */
export function layOut(
  frames: readonly Frame[],
  slabs: Slabs,
): { readonly bytes: Buffer[]; readonly blocks: Buffer[] } {
  const bytes: Buffer[] = []
  const blocks: Buffer[] = []
  let left = 0
  for (const { length } of frames) left += length
  let block: Buffer = Buffer.alloc(0)
  let at = 0
  for (const frame of frames) {
    const { length } = frame
    if (at + length > block.length) {
      block = blockFor(length, left)
      at = 0
    }
    const end = putFrame(block, at, frame)
    bytes.push(block.subarray(at, end))
    at = end
    left -= length
  }
  return { bytes, blocks }

  /** A block of its own for what is large, and one of the right size where most of a whole one would stay empty. */
  function blockFor(length: number, rest: number): Buffer {
    if (length > slabBytes) return Buffer.allocUnsafeSlow(length)
    if (rest <= slabBytes / 2) return Buffer.allocUnsafe(rest)
    const slab = slabs.take()
    blocks.push(slab)
    return slab
  }
}
