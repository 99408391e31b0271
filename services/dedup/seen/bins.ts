// The bins of the table of remembered ids: up to 96 rows each, in chunks that come one by one as rows do. A bin is a
// line of 160 bytes: how many rows it has, where its chunks are, and eight bits of each row's fingerprint. So whoever
// looks for an id that is not there, as nearly all are, mostly reads nothing but the line.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { type Clocks, isWithin, type Remembered } from '../window.ts'
import {
  appendAt,
  bytesPerChunk,
  chunkBits,
  chunkRows,
  copyRow,
  createChunks,
  eventAt,
  isAt,
  placeAt,
  writeId,
  writeTimes,
} from './chunks.ts'

const inChunk = chunkRows - 1
const blockBits = 14
const inBlock = (1 << blockBits) - 1
const wordsPerLine = 40
const bytesPerLine = 4 * wordsPerLine
// The words of a line: rows, depth, base, the next bin of the same place, the chunks, and the tags, a byte each.
const [depthAt, baseAt, nextAt, chunksAt, tagsAt] = [1, 2, 3, 4, 16]
const [eachByte, highBits] = [0x01010101, -0x7f7f7f80]
const chunksPerBin = 12
export const mostRows = chunksPerBin * chunkRows

/** Append times are kept as 32 bits of milliseconds since the bin's base, 49 days; bases are so far apart. */
const reach = 2 ** 32
const baseUnit = 2 ** 20
/** How long before its first append time a bin's base lies, in milliseconds: 12 days. */
const slack = 2 ** 30
/** And how long before a later one that it does not reach: 37 days, which is more than any window. */
const furthest = reach - slack
// Event times are kept as their distance from the append time: 43 days before it to 3 days behind it. What stands for
// those further away is their number in a list, and the last number for none.
const noTime = reach - 1
const farthest = reach - 2 ** 28
const ahead = farthest - 2 ** 28

export interface Bins {
  /** Bytes of what is in use. */
  readonly memory: number
  create(depth: number): number
  /** Gives back a bin and its chunks. */
  drop(bin: number): void
  count(bin: number): number
  depth(bin: number): number
  setDepth(bin: number, depth: number): void
  /** The bin behind this one, for those that have no more bits to be told apart by; 0 for none. */
  next(bin: number): number
  setNext(bin: number, next: number): void
  /** The row of a fingerprint; -1 if it is not there. */
  find(bin: number, id: Fingerprint): number
  read(bin: number, row: number): Remembered
  /**
   * Adds a row to a bin that has less than `mostRows`. An append time that lies 37 days and more before the newest may
   * count as later: its id is then remembered for longer than it must, never for less.
   */
  add(bin: number, id: Fingerprint, eventTime: number | null, appendTime: number): void
  /** Puts other times into a row. */
  replace(bin: number, row: number, eventTime: number | null, appendTime: number): void
  /** Forgets the rows that are no longer within the window. @returns how many */
  sweep(bin: number, clocks: Clocks, window: number): number
  /** Moves the rows that have the bit in their place to another bin, which has the same base. */
  divide(bin: number, bit: number, other: number): void
  /** Moves all rows of another bin into this one, which has room for them. */
  absorb(bin: number, other: number): void
}

/** One block of lines, in three views. */
interface Block {
  readonly words: Uint32Array
  readonly tags: Int32Array
  readonly bytes: Uint8Array
}

function createBlock(): Block {
  const memory = new ArrayBuffer(bytesPerLine << blockBits)
  return { words: new Uint32Array(memory), tags: new Int32Array(memory), bytes: new Uint8Array(memory) }
}

const baseFor = (appendTime: number, before: number): number =>
  Math.max(0, Math.floor((appendTime - before) / baseUnit))

const sinceBase = (base: number, appendTime: number): number => Math.max(0, appendTime - base * baseUnit)

const isBeyond = (base: number, appendTime: number): boolean => appendTime - base * baseUnit >= reach

const tagOf = (bin: number, row: number): number => (bin & inBlock) * bytesPerLine + 4 * tagsAt + row

export function createBins(): Bins {
  const chunks = createChunks()
  const blocks: Block[] = []
  const free: number[] = []
  // The first line is nobody's, so that 0 stands for no bin.
  let used = 1
  const far: number[] = []
  const farFree: number[] = []

  const blockOf = (bin: number): Block => {
    const block = blocks[bin >>> blockBits]
    if (block === undefined) throw new RangeError(`There is no bin ${bin}.`)
    return block
  }
  const get = (bin: number, word: number): number =>
    blockOf(bin).words[(bin & inBlock) * wordsPerLine + word] ?? 0
  const set = (bin: number, word: number, value: number): void => {
    blockOf(bin).words[(bin & inBlock) * wordsPerLine + word] = value
  }
  const chunkOf = (bin: number, row: number): number => get(bin, chunksAt + (row >>> chunkBits))

  const appendTimeOf = (bin: number, row: number): number => {
    const chunk = chunkOf(bin, row)
    return get(bin, baseAt) * baseUnit + appendAt(chunks.slabOf(chunk), chunk, row & inChunk)
  }
  const newestOf = (bin: number): number => {
    let newest = 0
    for (let row = 0; row < get(bin, 0); row++) newest = Math.max(newest, appendTimeOf(bin, row))
    return newest
  }
  const eventTimeOf = (event: number, appendTime: number): number | null => {
    if (event < farthest) return appendTime + event - ahead
    return event === noTime ? null : (far[event - farthest] ?? null)
  }
  const forgetFar = (bin: number, row: number): void => {
    const chunk = chunkOf(bin, row)
    const event = eventAt(chunks.slabOf(chunk), chunk, row & inChunk)
    if (event >= farthest && event !== noTime) farFree.push(event - farthest)
  }
  const farPlace = (eventTime: number): number => {
    const place = farFree.pop() ?? far.length
    if (farthest + place >= noTime) {
      throw new RangeError(
        `${place} event times lie more than 43 days before their arrival or 3 days behind it.`,
      )
    }
    far[place] = eventTime
    return place
  }
  const copy = (from: number, row: number, to: number, toRow: number): void => {
    const [source, target] = [chunkOf(from, row), chunkOf(to, toRow)]
    copyRow(chunks.slabOf(source), source, row & inChunk, chunks.slabOf(target), target, toRow & inChunk)
    blockOf(to).bytes[tagOf(to, toRow)] = blockOf(from).bytes[tagOf(from, row)] ?? 0
  }
  /** Makes room for one more row. @returns its number */
  const grow = (bin: number): number => {
    const row = get(bin, 0)
    if ((row & inChunk) === 0) set(bin, chunksAt + (row >>> chunkBits), chunks.take())
    set(bin, 0, row + 1)
    return row
  }
  const shrinkTo = (bin: number, count: number): void => {
    const before = get(bin, 0)
    for (let row = (count + inChunk) & ~inChunk; row < before; row += chunkRows)
      chunks.give(chunkOf(bin, row))
    set(bin, 0, count)
  }
  const eventCode = (eventTime: number | null, appendTime: number): number => {
    if (eventTime === null) return noTime
    const event = eventTime - appendTime + ahead
    return event < 0 || event >= farthest ? farthest + farPlace(eventTime) : event
  }
  const put = (bin: number, row: number, eventTime: number | null, appendTime: number): void => {
    const base = get(bin, baseAt)
    const since = sinceBase(base, appendTime)
    const chunk = chunkOf(bin, row)
    writeTimes(
      chunks.slabOf(chunk),
      chunk,
      row & inChunk,
      since,
      eventCode(eventTime, base * baseUnit + since),
    )
  }
  /** Gives the first rows of a bin another base. */
  const rebase = (bin: number, base: number, rows: number): void => {
    const times = Array.from({ length: rows }, (_, row) => read(bin, row))
    for (let row = 0; row < rows; row++) forgetFar(bin, row)
    set(bin, baseAt, base)
    for (const [row, { eventTime, appendTime }] of times.entries()) put(bin, row, eventTime, appendTime)
  }
  /** Sees to it that an append time is within reach of the bin's base. */
  const makeFit = (bin: number, rows: number, appendTime: number): void => {
    if (rows === 0) set(bin, baseAt, baseFor(appendTime, slack))
    else if (isBeyond(get(bin, baseAt), appendTime)) rebase(bin, baseFor(appendTime, furthest), rows)
  }
  const read = (bin: number, row: number): Remembered => {
    const appendTime = appendTimeOf(bin, row)
    const chunk = chunkOf(bin, row)
    return {
      eventTime: eventTimeOf(eventAt(chunks.slabOf(chunk), chunk, row & inChunk), appendTime),
      appendTime,
    }
  }

  return {
    get memory() {
      const bins = used - 1 - free.length
      return chunks.inUse * bytesPerChunk + bins * bytesPerLine + (far.length + farFree.length) * 8
    },
    create(depth) {
      const bin = free.pop() ?? used++
      if (bin >>> blockBits === blocks.length) blocks.push(createBlock())
      set(bin, 0, 0)
      set(bin, depthAt, depth)
      set(bin, nextAt, 0)
      return bin
    },
    drop(bin) {
      shrinkTo(bin, 0)
      free.push(bin)
    },
    count: bin => get(bin, 0),
    depth: bin => get(bin, depthAt),
    setDepth: (bin, depth) => set(bin, depthAt, depth),
    next: bin => get(bin, nextAt),
    setNext: (bin, next) => set(bin, nextAt, next),
    find(bin, id) {
      const { words, tags, bytes } = blockOf(bin)
      const line = (bin & inBlock) * wordsPerLine
      const count = words[line] ?? 0
      const tag = id.third & 0xff
      const four = Math.imul(tag, eachByte)
      for (let from = 0, at = line + tagsAt; from < count; from += 4, at++) {
        // Four tags at a time: a byte of zero borrows from its high bit. Above such a byte it may say so of another one.
        const other = (tags[at] ?? 0) ^ four
        if (((other - eachByte) & ~other & highBits) === 0) continue
        for (let row = from; row < from + 4 && row < count; row++) {
          if (bytes[tagOf(bin, row)] !== tag) continue
          const chunk = words[line + chunksAt + (row >>> chunkBits)] ?? 0
          if (isAt(chunks.slabOf(chunk), chunk, row & inChunk, id)) return row
        }
      }
      return -1
    },
    read,
    // As `grow` and `put` would do it, but the line is looked up once: a recovery does this millions of times.
    add(bin, id, eventTime, appendTime) {
      const { words, bytes } = blockOf(bin)
      const line = (bin & inBlock) * wordsPerLine
      const row = words[line] ?? 0
      makeFit(bin, row, appendTime)
      if ((row & inChunk) === 0) words[line + chunksAt + (row >>> chunkBits)] = chunks.take()
      words[line] = row + 1
      const chunk = words[line + chunksAt + (row >>> chunkBits)] ?? 0
      const slab = chunks.slabOf(chunk)
      const since = sinceBase(words[line + baseAt] ?? 0, appendTime)
      bytes[tagOf(bin, row)] = id.third
      writeId(slab, chunk, row & inChunk, id)
      writeTimes(
        slab,
        chunk,
        row & inChunk,
        since,
        eventCode(eventTime, (words[line + baseAt] ?? 0) * baseUnit + since),
      )
    },
    replace(bin, row, eventTime, appendTime) {
      makeFit(bin, get(bin, 0), appendTime)
      forgetFar(bin, row)
      put(bin, row, eventTime, appendTime)
    },
    sweep(bin, clocks, window) {
      const base = get(bin, baseAt) * baseUnit
      const count = get(bin, 0)
      let end = count
      for (let from = 0; from < end; from += chunkRows) {
        const chunk = chunkOf(bin, from)
        const slab = chunks.slabOf(chunk)
        for (let row = from; row < end && row < from + chunkRows; ) {
          const appendTime = base + appendAt(slab, chunk, row & inChunk)
          const isLive =
            clocks.append - appendTime < window ||
            isWithin(eventTimeOf(eventAt(slab, chunk, row & inChunk), appendTime), appendTime, clocks, window)
          if (isLive) {
            row++
            continue
          }
          forgetFar(bin, row)
          // The last row fills the gap.
          end--
          if (row < end) copy(bin, end, bin, row)
        }
      }
      if (end < count) shrinkTo(bin, end)
      return count - end
    },
    divide(bin, bit, other) {
      set(other, baseAt, get(bin, baseAt))
      let end = get(bin, 0)
      for (let row = 0; row < end; ) {
        const chunk = chunkOf(bin, row)
        if ((placeAt(chunks.slabOf(chunk), chunk, row & inChunk) & bit) === 0) {
          row++
          continue
        }
        copy(bin, row, other, grow(other))
        end--
        if (row < end) copy(bin, end, bin, row)
      }
      shrinkTo(bin, end)
    },
    absorb(bin, other) {
      const [count, more] = [get(bin, 0), get(other, 0)]
      if (more === 0) return
      // The earlier base serves both, unless it lies too far back for the newest of all rows.
      let base = count === 0 ? get(other, baseAt) : Math.min(get(bin, baseAt), get(other, baseAt))
      const newest = Math.max(newestOf(bin), newestOf(other))
      if (isBeyond(base, newest)) base = baseFor(newest, furthest)
      if (base !== get(bin, baseAt)) rebase(bin, base, count)
      if (base !== get(other, baseAt)) rebase(other, base, more)
      for (let row = 0; row < more; row++) copy(other, row, bin, grow(bin))
    },
  }
}
