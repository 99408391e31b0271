// How frames become the bytes of a write: joined as they are, or in gzip members as the vendor's client does.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { blockBytes } from './blocks.ts'

export interface Writing {
  /** Frames are handed over in portions of about so many bytes; one bigger frame is a portion of its own. */
  readonly chunkBytes: number
  /** It wants them one by one, and not as they lie behind one another. */
  readonly isByFrame: boolean
  /** The bytes of a portion, in the order of writing. */
  encode(frames: readonly Buffer[]): readonly Buffer[] | Promise<readonly Buffer[]>
}

/** Each write costs; beyond some records of TLS it is not worth the memory any more. */
const usualChunk = blockBytes

/** Small frames are joined, since a write costs more than a copy. */
export const plain: Writing = {
  chunkBytes: usualChunk,
  isByFrame: false,
  encode: frames => portionsOf(frames),
}

/** Below that, pieces of memory are copied together and not written one by one. */
const smallPortion = 16 * 1024

/** The frames in as few pieces as it takes: those that lie one behind the other are one, without a copy. */
function portionsOf(frames: readonly Buffer[]): Buffer[] {
  const portions: Buffer[] = []
  let bytes = 0
  for (let from = 0; from < frames.length; ) {
    const first = frames[from]
    if (first === undefined) break
    let end = first.byteOffset + first.length
    let next = from + 1
    for (; next < frames.length; next++) {
      const frame = frames[next]
      if (frame === undefined || frame.buffer !== first.buffer || frame.byteOffset !== end) break
      end += frame.length
    }
    portions.push(
      next === from + 1 ? first : Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset),
    )
    bytes += end - first.byteOffset
    from = next
  }
  return portions.length > 1 && bytes < portions.length * smallPortion ? [Buffer.concat(portions)] : portions
}

const compress = promisify(gzip)
const firstOfLine = 0x3c

/**
 * Whole gzip members, spliced into the stream. An octet-counted frame goes between them as it is: the vendor's client
 * never puts one into a member, so nobody knows whether Devo would count there.
 * @param level 0 to 9, or -1 for zlib's own choice
 * @param bufferBytes so many bytes of frames make a member, at most but for the last frame
 */
export function compressed(level: number, bufferBytes: number): Writing {
  return {
    chunkBytes: bufferBytes,
    isByFrame: true,
    encode: frames => Promise.all(runsOf(frames).map(run => (isLine(run[0]) ? member(run) : joined(run)))),
  }

  function member(frames: readonly Buffer[]): Promise<Buffer> {
    return compress(joined(frames), { level })
  }
}

/** Neighbours of the same kind together: lines, or counted frames. */
function runsOf(frames: readonly Buffer[]): Buffer[][] {
  const runs: Buffer[][] = []
  for (const frame of frames) {
    const last = runs.at(-1)
    if (last !== undefined && isLine(last[0]) === isLine(frame)) last.push(frame)
    else runs.push([frame])
  }
  return runs
}

const isLine = (frame: Buffer | undefined): boolean => frame?.[0] === firstOfLine

const joined = (frames: readonly Buffer[]): Buffer =>
  frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames)
