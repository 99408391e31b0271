// What has arrived at the sink: each event by its number, how often, and whether its bytes are those that were sent.
// Pure, and lean: what it costs is taken from those who are measured beside it.

import { crc32 } from 'node:zlib'
import { sequenceAt } from '../message-events.ts'

export interface Counts {
  /** Lines, also those that hold no event of ours. */
  readonly lines: number
  /** Different events. */
  readonly distinct: number
  /** Lines with an event that had come before. */
  readonly doubled: number
  /** Lines without an event of ours that is whole. */
  readonly foreign: number
  /** Over the first arrivals of all events: the sum of their checksums. */
  readonly checksum: number
}

const LF = 0x0a
const start = Buffer.from('{"guid":"')

export const checksumOf = (payload: Uint8Array): number => crc32(payload)

export class Arrivals {
  /** Of each event, when it came first; 0 for never. */
  readonly times: Float64Array
  readonly #checksums: Uint32Array
  #lines = 0
  #distinct = 0
  #doubled = 0
  #foreign = 0
  #checksum = 0

  /** @param events how many there are to come, numbered from 0 */
  constructor(events: number) {
    this.times = new Float64Array(events)
    this.#checksums = new Uint32Array(events)
  }

  get counts(): Counts {
    return {
      lines: this.#lines,
      distinct: this.#distinct,
      doubled: this.#doubled,
      foreign: this.#foreign,
      checksum: this.#checksum,
    }
  }

  /** @returns what takes the chunks of one connection; what follows the last line end of it is never a line */
  connection(): (chunk: Buffer, now: number) => void {
    let rest: Buffer[] = []
    return (chunk, now) => {
      let from = 0
      for (;;) {
        const end = chunk.indexOf(LF, from)
        if (end < 0) break
        if (rest.length === 0) this.#line(chunk, from, end, now)
        else {
          const line = Buffer.concat([...rest, chunk.subarray(0, end)])
          this.#line(line, 0, line.length, now)
          rest = []
        }
        from = end + 1
      }
      if (from < chunk.length) rest.push(from === 0 ? chunk : chunk.subarray(from))
    }
  }

  #line(bytes: Buffer, from: number, end: number, now: number): void {
    this.#lines += 1
    const at = bytes.indexOf(start, from)
    const sequence = at < 0 || at > end ? Number.NaN : sequenceAt(bytes, at + start.length)
    if (!(sequence < this.times.length)) {
      this.#foreign += 1
      return
    }
    const checksum = checksumOf(bytes.subarray(at, end))
    if (this.times[sequence] !== 0) {
      this.#doubled += 1
      // A copy with other bytes is no copy.
      if (this.#checksums[sequence] !== checksum) this.#foreign += 1
      return
    }
    this.times[sequence] = now
    this.#checksums[sequence] = checksum
    this.#distinct += 1
    this.#checksum += checksum
  }
}
