// The ids a dedup task remembers: a table that grows and shrinks a bin of some hundred ids at a time, so that nothing
// ever stands still for a large one (ADR 11). It is a kernel in WebAssembly, kernel/table.as.ts.
//
// The first bits of a fingerprint choose its bin. A full bin is cut in two by the next bit, two that are nearly empty
// become one again. Nothing else ever moves, so an id is copied about twice after it was added.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { bytesPerSeenId, countSeenIds, noEventTime, packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { kernelIn, type Memory } from '@podpipe/schemas/wasm.ts'
import type { Clocks, Remembered } from '../window.ts'

/** Remembers accepted ids by their fingerprints. */
export interface SeenStore {
  /** An id that was accepted again counts twice until the window has passed the first time. */
  readonly size: number
  /** Memory that it takes, in bytes. */
  readonly memory: number
  /** Lays an empty table out for so many ids, so that nothing moves while they are added. */
  reserve(ids: number): void
  /** What was accepted last under this fingerprint, whether it is still within the window or not. */
  find(id: Fingerprint): Remembered | undefined
  /**
   * Looks many up at once, which in a large table is a good deal faster.
   * @param ids three words each: `first`, `second`, and `place` above `third`
   * @param found receives two numbers for each, for `rememberedAt`
   */
  findAll(ids: Int32Array, count: number, found: Float64Array): void
  /** Remembers an accepted id; a later acceptance replaces an earlier one. */
  add(id: Fingerprint, eventTime: number | null, appendTime: number): void
  /**
   * Remembers the ids of a block, see `packSeenIds`.
   * @throws RangeError when the bytes are not a whole number of ids, or the table is as large as one can be
   */
  addAll(packed: Buffer): void
  /**
   * Forgets a part of the ids that are no longer within the window. It looks at a few for each that was added, and at
   * no more than some hundred bins in one call, so that it costs nobody a pause, and gets through the table again and
   * again.
   */
  expire(clocks: Clocks, window: number): void
}

/** What `findAll` has found about one of its ids. */
export function rememberedAt(found: Float64Array, at: number): Remembered | undefined {
  const eventTime = found[numbersOfFound * at] as number
  if (Number.isNaN(eventTime)) return undefined
  return {
    eventTime: eventTime === noEventTime ? null : eventTime,
    appendTime: found[numbersOfFound * at + 1] as number,
  }
}

interface Kernel {
  readonly memory: Memory
  /** How many ids one call takes at most. */
  most(): number
  ids(): number
  times(): number
  reserve(bits: number): void
  find(count: number): void
  add(count: number): void
  sweep(event: number, append: number): void
  size(): number
  used(): number
  reached(): number
}

const wordsOfId = 3
const numbersOfFound = 2
/** How many ids a bin gets at most where it is known how many will come: so that hardly one is cut. */
const reservedRows = 0.9 * 128
const [leastDepth, mostDepth] = [8, 22]
/** All that an instance can address, and of it more than one call of the kernel can ask for: its directory may grow. */
const [mostBytes, spareBytes] = [2 ** 32, 2 ** 25]

/** Above so many bytes nothing more is to be added: what a task decides at once has room behind it. */
export const mostSeenBytes = mostBytes - 2 ** 28

const newKernel = kernelIn<Kernel>(new URL('./kernel/table.wasm', import.meta.url))

/** @param most bytes of memory that it may ask for, up to 4 GiB */
export function createSeenStore(most = mostBytes): SeenStore {
  const kernel = newKernel()
  const mostIds = kernel.most()
  // Memory that grows is another one to JavaScript, and what was seen of it before is empty.
  let bytes = new Uint8Array(0)
  let words = new Int32Array(0)
  let times = new Float64Array(0)
  const look = (): void => {
    if (bytes.length > 0) return
    const { buffer } = kernel.memory
    bytes = new Uint8Array(buffer, kernel.ids(), bytesPerSeenId * mostIds)
    words = new Int32Array(buffer, kernel.ids(), wordsOfId * mostIds)
    times = new Float64Array(buffer, kernel.times(), numbersOfFound * mostIds)
  }
  const findAll: SeenStore['findAll'] = (ids, count, found) => {
    look()
    for (let from = 0; from < count; from += mostIds) {
      const inCall = Math.min(count - from, mostIds)
      words.set(ids.subarray(wordsOfId * from, wordsOfId * (from + inCall)))
      kernel.find(inCall)
      found.set(times.subarray(0, numbersOfFound * inCall), numbersOfFound * from)
    }
  }
  const addAll = (packed: Buffer): void => {
    const count = countSeenIds(packed)
    for (let from = 0; from < count; from += mostIds) {
      if (kernel.reached() > most - spareBytes) throw full(most)
      const inCall = Math.min(count - from, mostIds)
      look()
      bytes.set(packed.subarray(bytesPerSeenId * from, bytesPerSeenId * (from + inCall)))
      kernel.add(inCall)
    }
  }
  const [oneId, oneFound] = [new Int32Array(wordsOfId), new Float64Array(numbersOfFound)]
  return {
    get size() {
      return kernel.size()
    },
    get memory() {
      return kernel.used()
    },
    reserve(ids) {
      if (kernel.size() > 0) return
      const depth = Math.ceil(Math.log2(Math.max(1, ids) / reservedRows))
      kernel.reserve(Math.min(mostDepth, Math.max(leastDepth, depth)))
    },
    find({ place, first, second, third }) {
      oneId[0] = first
      oneId[1] = second
      oneId[2] = (place << 16) | third
      findAll(oneId, 1, oneFound)
      return rememberedAt(oneFound, 0)
    },
    findAll,
    add: (fingerprint, eventTime, appendTime) =>
      addAll(packSeenIds([{ fingerprint, eventTime, appendTime }])),
    addAll,
    expire: (clocks, window) => kernel.sweep(clocks.event - window, clocks.append - window),
  }
}

const full = (most: number): RangeError =>
  new RangeError(
    `The remembered ids of one partition take ${most / 2 ** 20} MiB, which is as much as a table can hold; nothing was forgotten and nothing more can be remembered. Shorten dedup.window or dedup.archive_window, or raise kafka.partitions (podpipe topics plan says how).`,
  )
