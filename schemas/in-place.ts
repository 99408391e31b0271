// A record read where it lies: where the reading is, and a step for each kind of field. Nothing waits between a step and
// the next, so there is one place for all who read. Pure.

import { headerLength } from './codec.ts'
import type { Event } from './records.ts'

/** Where the reading is. What could not be read has spoilt it: then it is no number, and equal to nothing. */
export let position = 0

/**
 * Begins behind the header of the value that lies in `source` from `from` to `to`.
 * @returns false where it has another one
 */
export function begin(source: Buffer, header: Uint8Array, from: number, to: number): boolean {
  if (to - from < headerLength) return false
  for (let at = 0; at < headerLength; at++) if (source[from + at] !== header[at]) return false
  position = from + headerLength
  return true
}

export function skipBytes(value: Buffer): void {
  const length = readLong(value)
  position = length < 0 ? Number.NaN : position + length
}

/** A number of variable length in zigzag. What is too long to be exact spoils the position. */
export function readLong(value: Buffer): number {
  let byte = value[position++] ?? 0
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
  let result = byte & 0x7f
  for (let factor = 0x80; byte >= 0x80; factor *= 0x80) {
    if (factor > 2 ** 42) position = Number.NaN
    byte = value[position++] ?? 0
    result += (byte & 0x7f) * factor
  }
  return result % 2 === 0 ? result / 2 : -(result + 1) / 2
}

type Origin = Pick<Event, 'cluster' | 'service'>

// Records of one partition come from one cluster and service, as good as always: the texts are made once.
let lastBytes: Buffer = Buffer.alloc(0)
let lastOrigin: Origin = { cluster: '', service: '' }

/** The cluster and the service: the first two fields of a frame, and of an event. */
export function originOf(source: Buffer, from: number, end: number): Origin {
  const size = end - from
  let isSame = size === lastBytes.length
  for (let at = 0; isSame && at < size; at++) isSame = source[from + at] === lastBytes[at]
  if (isSame) return lastOrigin
  position = from
  const [cluster, service] = [readText(source), readText(source)]
  lastBytes = Buffer.from(source.subarray(from, end))
  lastOrigin = { cluster, service }
  return lastOrigin
}

function readText(value: Buffer): string {
  const length = readLong(value)
  const from = position
  position += length
  return value.toString('utf8', from, position)
}
