// What the Devo simulator has received: counts, and for each distinct payload its hash and number of copies.

import { hash } from 'node:crypto'
import { readHeader } from './header.ts'
import type { RecordSink } from './records.ts'

export interface TallyCounts {
  /** Whole records, malformed ones included. */
  frames: number
  /** Different payloads. */
  distinct: number
  /** Copies beyond the first of each payload. */
  doubled: number
  /** Records without a valid header, and bytes that can be no record. */
  malformed: number
  /** The first few of these: what is wrong, and up to 200 bytes. */
  malformedSamples: { fault: string; bytes: string }[]
  /** Streams that ended inside a record. */
  tornTails: number
  /** Bytes of whole records, without their ends. */
  bytes: number
  perTag: Record<string, number>
  /** Arrival of the first and the latest event, milliseconds since 1970. */
  firstAt: number | undefined
  lastAt: number | undefined
}

export interface Arrival {
  copies: number
  /** The tag it first came with. */
  tag: string
}

export interface Tally extends RecordSink {
  tornTail(): void
  counts(): TallyCounts
  /** What is known of a payload, by its SHA-256 in hex. */
  get(hash: string): Readonly<Arrival> | undefined
  entries(): Iterable<[hash: string, arrival: Readonly<Arrival>]>
}

const maxSamples = 5

/** Makes an empty tally. It holds about 200 bytes for each distinct payload, whatever the payload's size. */
export function createTally(clock: () => number): Tally {
  const arrivals = new Map<string, Arrival>()
  const perTag = new Map<string, number>()
  const malformedSamples: TallyCounts['malformedSamples'] = []
  const counts = { frames: 0, doubled: 0, malformed: 0, tornTails: 0, bytes: 0 }
  let firstAt: number | undefined
  let lastAt: number | undefined

  function malformed(fault: string, bytes: Buffer): void {
    counts.malformed++
    if (malformedSamples.length >= maxSamples) return
    malformedSamples.push({ fault, bytes: bytes.toString('latin1', 0, 200) })
  }

  return {
    record(bytes) {
      counts.frames++
      counts.bytes += bytes.length
      const event = readHeader(bytes)
      if ('fault' in event) return malformed(event.fault, bytes)
      lastAt = clock()
      firstAt ??= lastAt
      perTag.set(event.tag, (perTag.get(event.tag) ?? 0) + 1)
      // Keys are the 32 raw bytes of the hash, one character each: half the memory of hex.
      const key = hash('sha256', event.payload, 'binary')
      const known = arrivals.get(key)
      if (known) {
        known.copies++
        counts.doubled++
      } else {
        arrivals.set(key, { copies: 1, tag: event.tag })
      }
    },
    broken: malformed,
    tornTail: () => void counts.tornTails++,
    counts: () => ({
      ...counts,
      distinct: arrivals.size,
      malformedSamples: [...malformedSamples],
      perTag: Object.fromEntries(perTag),
      firstAt,
      lastAt,
    }),
    get: hex => arrivals.get(Buffer.from(hex, 'hex').toString('latin1')),
    *entries() {
      for (const [key, arrival] of arrivals) yield [Buffer.from(key, 'latin1').toString('hex'), arrival]
    },
  }
}
