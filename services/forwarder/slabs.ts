// The frames of a batch, put together one behind the other in blocks of one size that are used again once what they held
// is confirmed. So V8's collector has little to look through, and neighbours leave in one write without a copy.

import type { Memory } from '@podpipe/runtime/kafka/memory.ts'
import { type Frame, putFrame } from './wire.ts'

export const slabBytes = 256 * 1024

/**
 * Puts frames together.
 * @returns the bytes of each frame, in their order, and the blocks to give back when none of them is needed any more
 */
export function layOut(
  frames: readonly Frame[],
  memory: Pick<Memory, 'take'>,
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
      // Where most of a whole one would stay empty it has the right size: at a slow rate many are on their way.
      const isSmall = left < slabBytes / 2
      block = isSmall ? Buffer.allocUnsafe(left) : memory.take(Math.max(length, slabBytes))
      if (!isSmall) blocks.push(block)
      at = 0
    }
    const end = putFrame(block, at, frame)
    bytes.push(block.subarray(at, end))
    at = end
    left -= length
  }
  return { bytes, blocks }
}
