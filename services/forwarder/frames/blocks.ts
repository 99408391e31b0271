// Blocks of memory that the frames of an output lie in, batch behind batch, and that are used again once all that they hold
// is confirmed. No batch has memory of its own: what is left over at its end would be made anew each time, and wait for
// V8's collector when it is old.

import type { Memory } from '@podpipe/runtime/kafka/encoding/memory.ts'

export const blockBytes = 256 * 1024

export interface Block {
  readonly bytes: Buffer
  /** So much of it is laid out. */
  filled: number
  /** Batches of which something lies in it. */
  holders: number
}

/**
 * Those of one output. Outputs do not share blocks: a small batch of one that stands still would keep a whole block from
 * one that goes on.
 */
export class Blocks {
  readonly #memory: Memory
  /** The one that is being filled. */
  #open: Block | undefined

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** The block for the next frame of a batch, which holds it from now on. @param length bytes of the frame, at most */
  hold(length: number): Block {
    let open = this.#open
    if (open === undefined || open.filled + length > open.bytes.length) {
      this.#open = { bytes: this.#memory.take(Math.max(length, blockBytes)), filled: 0, holders: 0 }
      // Empty, and too small for this one.
      if (open?.holders === 0) this.#memory.give(open.bytes)
      open = this.#open
    }
    open.holders += 1
    return open
  }

  /** Nobody looks any more at what a batch has in it. */
  letGo(block: Block): void {
    block.holders -= 1
    if (block.holders > 0) return
    if (block === this.#open) block.filled = 0
    else this.#memory.give(block.bytes)
  }
}
