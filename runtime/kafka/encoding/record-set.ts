// Records that are encoded for Kafka as they come, so that a record on its way is bytes and no objects: one copy of an
// event, from where it was read to where it is sent from.

import type { Topic } from '@podpipe/schemas/topics.ts'
import { partitionOfKey } from '../write/key-partitioner.ts'
import type { RecordMemory } from './record-memory.ts'
import { putVarint, varintSize } from './sized-bytes.ts'

/** Encoded records of one partition: what it gets of a request, without the header of the batch. */
export interface RecordSet {
  readonly partition: number
  readonly count: number
  /** Of all records. */
  readonly bytes: number
  /** How many requests were made of it. */
  readonly requests: number
  /**
   * The records, one behind the other, for one more request; none reaches from one piece into the next.
   * @throws Error once the memory is given back
   */
  take(): readonly Buffer[]
}

/** Records of one topic, a set for each partition. */
export interface RecordSets<Value> {
  readonly count: number
  /** Of all records. */
  readonly bytes: number
  readonly sets: readonly RecordSet[]
  /**
   * Adds a record. Nothing of what is given is kept.
   * @param tail the last field of the value, which is bytes
   */
  add(key: string, value: Value, tail: Buffer): void
  /** Gives the memory back. Nothing is added or sent any more. */
  release(): void
}

// Key and front of a value are written here first, since their sizes stand before them.
const keySpace = Buffer.allocUnsafeSlow(4 * 1024)
const longestKey = keySpace.length / 3
let headSpace = Buffer.allocUnsafeSlow(4 * 1024)

/** Attributes, time and headers of a record: none, the batch's own, none. */
const [noAttributes, sameTime, noHeaders] = [0, 0, 0]

export function createRecordSets<Value>(
  { partitions, codec }: Pick<Topic<Value>, 'partitions' | 'codec'>,
  memory: RecordMemory,
): RecordSets<Value> {
  const sets: OpenSet[] = []
  const byPartition: (OpenSet | undefined)[] = []
  let count = 0
  let bytes = 0

  const setOf = (partition: number): OpenSet => {
    const known = byPartition[partition]
    if (known !== undefined) return known
    const set = new OpenSet(partition, memory)
    byPartition[partition] = set
    sets.push(set)
    return set
  }

  return {
    get count() {
      return count
    },
    get bytes() {
      return bytes
    },
    sets,
    add(key, value, tail) {
      if (key.length > longestKey) throw new RangeError(`A key of ${key.length} characters is too long.`)
      const keySize = keySpace.write(key)
      let headSize = codec.encodeHead(value, headSpace, 0)
      if (headSize < 0) {
        headSpace = Buffer.allocUnsafeSlow(2 * (headSpace.length - headSize))
        headSize = codec.encodeHead(value, headSpace, 0)
      }
      const partition = partitionOfKey(keySpace, partitions, keySize)
      bytes += setOf(partition).add(keySize, headSize, tail)
      count++
    },
    release() {
      for (const set of sets) set.release()
    },
  }
}

class OpenSet implements RecordSet {
  readonly partition: number
  readonly #memory: RecordMemory
  /** As they were taken: their ends are not in use. */
  readonly #pieces: Buffer[] = []
  readonly #ends: number[] = []
  #last = 0
  #isReleased = false
  count = 0
  bytes = 0
  requests = 0

  constructor(partition: number, memory: RecordMemory) {
    this.partition = partition
    this.#memory = memory
  }

  /** Adds the record whose key and head are in their spaces. @returns its size */
  add(keySize: number, headSize: number, tail: Buffer): number {
    const valueSize = headSize + tail.length
    const size =
      3 + varintSize(this.count) + varintSize(keySize) + keySize + varintSize(valueSize) + valueSize
    const whole = varintSize(size) + size
    const piece = this.#roomFor(whole)
    let at = putVarint(piece, this.#ends[this.#last] ?? 0, size)
    piece[at++] = noAttributes
    piece[at++] = sameTime
    at = putVarint(piece, at, this.count)
    at = putVarint(piece, at, keySize)
    at += keySpace.copy(piece, at, 0, keySize)
    at = putVarint(piece, at, valueSize)
    at += headSpace.copy(piece, at, 0, headSize)
    at += tail.copy(piece, at)
    piece[at++] = noHeaders
    this.#ends[this.#last] = at
    this.count++
    this.bytes += whole
    return whole
  }

  take(): Buffer[] {
    // A request that kafkajs had given up may still be made. The memory has other records by then.
    if (this.#isReleased) throw new Error('These records are in Kafka already; this request is too late.')
    this.requests++
    return this.#pieces.map((piece, at) => piece.subarray(0, this.#ends[at]))
  }

  release(): void {
    // A second request may be the one that was answered, with the first still in a socket.
    const isIdle = this.requests <= 1
    this.#isReleased = true
    for (const piece of this.#pieces) this.#memory.give(piece, isIdle)
  }

  #roomFor(bytes: number): Buffer {
    const last = this.#pieces[this.#last]
    if (last !== undefined && last.length - (this.#ends[this.#last] ?? 0) >= bytes) return last
    const piece = this.#memory.take(bytes)
    this.#last = this.#pieces.push(piece) - 1
    this.#ends.push(0)
    return piece
  }
}
