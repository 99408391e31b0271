// Large pieces of memory that are used again. The requests and answers of a flow are megabytes each; new ones are cleared
// page by page by the system, and V8 counts them as its own and collects its whole heap for every 64 MB of them.

/** What is smaller comes from Node, which cuts it from pieces of its own. */
const least = 64 * 1024
/** Sizes are rounded up, so that a piece fits the next one of about the same size. */
const step = 256 * 1024
/** How much may lie free. */
const mostFree = 64 * 1024 * 1024
/** What has not been used for so long is given up, milliseconds. */
const idleTime = 10_000

export interface Memory {
  /** Bytes with whatever was in them before. */
  take(size: number): Buffer
  /**
   * Takes a piece back that nobody will look at any more: not even a socket that has still to send it. What is never
   * given back is left to the collector, as other memory is.
   * @param bytes any part of what was taken; what was not taken from here is left alone
   */
  give(bytes: Uint8Array): void
}

export function createMemory(): Memory {
  const lent = new WeakSet<ArrayBufferLike>()
  // The one that was used last stands last: it is taken first, and those in front are given up.
  const free: Buffer[] = []
  let bytesFree = 0
  let unused = 0
  let isLookedAfter = false

  const drop = (count: number): void => {
    for (const piece of free.splice(0, count)) bytesFree -= piece.length
    unused = Math.min(unused, free.length)
  }
  const lookAfter = (): void => {
    isLookedAfter = true
    setTimeout(() => {
      drop(unused)
      unused = free.length
      if (free.length > 0) lookAfter()
      else isLookedAfter = false
    }, idleTime).unref()
  }

  return {
    take(size) {
      if (size < least) return Buffer.allocUnsafe(size)
      // A piece may be twice as large and no more: a small answer must not hold the memory of a large one.
      const at = free.findLastIndex(({ length }) => length >= size && length < 2 * size + step)
      const [found] = at === -1 ? [] : free.splice(at, 1)
      const piece = found ?? Buffer.allocUnsafeSlow(Math.ceil(size / step) * step)
      if (found !== undefined) bytesFree -= found.length
      unused = Math.min(unused, free.length, at === -1 ? unused : at)
      lent.add(piece.buffer)
      return piece.subarray(0, size)
    },
    give({ buffer }) {
      if (!lent.delete(buffer)) return
      free.push(Buffer.from(buffer))
      bytesFree += buffer.byteLength
      while (bytesFree > mostFree) drop(1)
      if (!isLookedAfter) lookAfter()
    },
  }
}

/** That of the requests and answers of this process. */
export const memory: Memory = createMemory()
