// The memory of a table. It grows by blocks of 64 KiB, of which the system only gives what is written to, and it never
// shrinks. A block is cut into pieces of one size, so that what one bin gives back fits the next one, and no memory lies
// idle in gaps.

const blockBytes: usize = 0x10000
/** Blocks that are asked for at once, since memory that has grown is handed to JavaScript anew. */
const blocksAtOnce: usize = 16

/** Where the blocks that were given out end. */
export let top: usize = 0
let end: usize = 0
let freeBlock: usize = 0

/** Call it once, before anything is taken. */
export function open(): void {
  end = (<usize>memory.size()) << 16
  top = end
}

/** Memory in one piece. */
export function takeSpan(bytes: usize): usize {
  const whole = wholeBlocks(bytes)
  if (top + whole > end) {
    const blocks = max(blocksAtOnce, whole / blockBytes)
    // Whoever adds has asked before whether there is room.
    if (memory.grow(<i32>blocks) < 0) unreachable()
    end += blocks * blockBytes
  }
  const span = top
  top += whole
  return span
}

/** Gives it back, as blocks. */
export function giveSpan(span: usize, bytes: usize): void {
  const stop = span + wholeBlocks(bytes)
  for (let block = span; block < stop; block += blockBytes) {
    store<usize>(block, freeBlock)
    freeBlock = block
  }
}

function wholeBlocks(bytes: usize): usize {
  return (bytes + blockBytes - 1) & ~(blockBytes - 1)
}

function takeBlock(): usize {
  const block = freeBlock
  if (block === 0) return takeSpan(blockBytes)
  freeBlock = load<usize>(block)
  return block
}

// Pieces of one size are four words: one that was given back, the next one that was never used, the end of its block, and
// how many are in use. A piece that was given back begins with the address of another one.
export const bytesPerPool: i32 = 16
const nextAt: usize = 4
const endAt: usize = 8
const usedAt: usize = 12

/** A piece with whatever was in it before. */
export function take(pool: usize, bytes: usize): usize {
  store<u32>(pool, inUse(pool) + 1, usedAt)
  // What was given back last is still in the cache.
  const given = load<usize>(pool)
  if (given !== 0) {
    store<usize>(pool, load<usize>(given))
    return given
  }
  const next = load<usize>(pool, nextAt)
  if (next === load<usize>(pool, endAt)) return takeFirst(pool, bytes)
  store<usize>(pool, next + bytes, nextAt)
  return next
}

/** The first piece of another block. */
function takeFirst(pool: usize, bytes: usize): usize {
  const block = takeBlock()
  store<usize>(pool, block + bytes, nextAt)
  store<usize>(pool, block + (blockBytes / bytes) * bytes, endAt)
  return block
}

export function give(pool: usize, piece: usize): void {
  store<usize>(piece, load<usize>(pool))
  store<usize>(pool, piece)
  store<u32>(pool, inUse(pool) - 1, usedAt)
}

export function inUse(pool: usize): u32 {
  return load<u32>(pool, usedAt)
}
