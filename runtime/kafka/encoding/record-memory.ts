// Memory for records on their way to Kafka: pieces of one size that are used again and again. Memory of its own for
// each record or request would lie outside of V8's heap, bring its collector on, and be there until it has run; and
// what lies between pieces of many sizes, the C library keeps. Requests and answers as a whole have memory.ts; this one
// counts, since a bound is held to it.

/** Memory that knows how much of it is in use. */
export interface RecordMemory {
  /** Handed out and not given back, in bytes: what records hold, with what is left over at the end of a piece. */
  readonly used: number
  /** A piece with room for so many bytes: of the usual size, or larger where that does not do. Not cleared. */
  take(bytes: number): Buffer
  /**
   * Takes a piece back.
   * @param isIdle false where somebody may still read from it; it is left to V8's collector then
   */
  give(piece: Buffer, isIdle: boolean): void
}

/** What is kept for the next records while none are on their way, in bytes. */
const keptBytes = 4 * 1024 * 1024

/** @param pieceBytes the usual size of a piece */
export function createRecordMemory(pieceBytes: number): RecordMemory {
  const free: Buffer[] = []
  let used = 0
  return {
    get used() {
      return used
    },
    take(bytes) {
      const known = bytes <= pieceBytes ? free.pop() : undefined
      const piece = known ?? Buffer.allocUnsafeSlow(Math.max(bytes, pieceBytes))
      used += piece.length
      return piece
    },
    give(piece, isIdle) {
      used -= piece.length
      if (isIdle && piece.length === pieceBytes) free.push(piece)
      else if (isIdle) release(piece)
      // While records keep coming, what was needed is needed again in a moment.
      if (used > 0) return
      for (const each of free.splice(Math.ceil(keptBytes / pieceBytes))) release(each)
    },
  }
}

// Gives memory back at once, and not when V8 next collects what is old. The piece has no bytes afterwards.
function release({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}
