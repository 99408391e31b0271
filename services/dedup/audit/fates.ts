// The fate of each raw record, for `podpipe audit --deep`: it is in unique byte for byte, or rejected, or a copy of
// an event that was accepted within the window before it. Pure; it shares the window with dedup, and no decision.

import { hash } from 'node:crypto'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event, RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import { ledgerTime } from '@podpipe/schemas/seen-ids.ts'
import { printable } from '../printable.ts'
import { clocksBehind, type Windows, windowOf } from '../state.ts'
import { advance, type Clocks, clocksBeforeTheFirst, isLive, type Remembered } from '../window.ts'
import { differs, wrong } from './compare.ts'
import type { Fault } from './fault.ts'
import { findMoved, type Moved, withMoved } from './moves.ts'

/** What the topics hold for one raw offset. */
export interface Fate {
  readonly offset: number
  /** The raw record; undefined where there is none. */
  readonly frame: KafkaRecord | undefined
  readonly event: { readonly key: string | undefined; readonly value: Event } | undefined
  readonly isRejected: boolean
}

/** What `--deep` has found besides faults. */
export interface Found {
  /** Events whose bytes were compared with their raw record. */
  compared: number
  /** Raw records that are copies of an accepted event. */
  copies: number
  /** Of those, the ones with the event's time and other bytes: the first one was published. */
  otherBytes: number
  /** The first of them. */
  readonly examples: { readonly cluster: string; readonly id: string; readonly offset: number }[]
  /** Raw records that may be copies of an event that retention has deleted. */
  unprovable: number
}

interface Accepted extends Remembered {
  /** 48 bits of the payload's SHA-256. */
  readonly payload: number
  /** Earlier acceptances of the same id that may still be looked up. */
  readonly earlier?: readonly Accepted[]
}

/** What a walk over the raw records of a partition remembers: an entry for each event within the longest window. */
export interface Memory {
  readonly windows: Windows
  /**
   * Whether an id may stand in unique a second time within the window when its event bears another time:
   * `forward`. With `reject` no id may.
   */
  readonly variants: 'reject' | 'forward'
  /** False until `begin`: before that nothing can be looked up. */
  hasBegun: boolean
  clocks: Clocks
  /** Where the clocks stood when the memory began; undefined when nothing was accepted before. */
  since: Clocks | undefined
  readonly accepted: Map<string, Accepted>
  /** What was moved here when partitions were added, perhaps from another partition. */
  moved: Moved | undefined
  readonly found: Found
}

const mostExamples = 10

export const createMemory = (windows: Windows, variants: Memory['variants']): Memory => ({
  windows,
  variants,
  hasBegun: false,
  clocks: clocksBeforeTheFirst,
  since: undefined,
  accepted: new Map(),
  moved: undefined,
  found: { compared: 0, copies: 0, otherBytes: 0, examples: [], unprovable: 0 },
})

/**
 * From here on raw, unique and rejected are whole.
 * @param since the partition's clocks here; undefined at the very first record
 */
export function begin(memory: Memory, since: Clocks | undefined): void {
  memory.hasBegun = true
  memory.clocks = since ?? clocksBeforeTheFirst
  memory.since = since
}

/**
 * From here on exactly the ids that a block moves are known, and the clocks are its own.
 * @param goesOn whether they come to those of the block before it
 */
export function move(memory: Memory, block: SeenBlock, goesOn: boolean): void {
  if (!goesOn) {
    memory.accepted.clear()
    memory.since = undefined
    memory.moved = undefined
  }
  memory.moved = withMoved(memory.moved, block)
  memory.clocks = clocksBehind(block)
}

/** Forgets what no frame of any mode looks back to. */
export function expire({ accepted, clocks, windows }: Memory): void {
  // A Map keeps the order of insertion, so the oldest come first; one that lasts holds back those behind it.
  for (const [key, each] of accepted) {
    if (allOf(each).some(one => isLive(one, clocks, windows.archive))) return
    accepted.delete(key)
  }
}

/**
 * Takes the next raw offset into account.
 * @param isWhole whether every reject is still there, so that what is in neither topic was dropped
 */
export function fateFault(
  fate: Fate,
  isWhole: boolean,
  memory: Memory,
  codec: Codec<RawFrame>,
): Fault | undefined {
  const { offset, frame: record, event } = fate
  if (record === undefined) {
    if (event === undefined) return undefined
    return wrong('an event of a record that is in raw', `it names raw offset ${offset}, and there is none`)
  }
  const frame = decode(codec, record)
  if (frame === undefined) {
    // It is no event, so it moves the append clock alone.
    const arrival = { eventTime: Number.NEGATIVE_INFINITY, appendTime: record.timestamp }
    memory.clocks = advance(memory.clocks, arrival)
    if (event !== undefined) {
      return wrong('no event of a record that cannot be read', `one of raw offset ${offset}`)
    }
    return fate.isRejected || !isWhole ? undefined : lostFault(offset, 'it cannot be read')
  }
  const known = { eventTime: ledgerTime(frame.event_time), appendTime: record.timestamp }
  memory.clocks = advance(memory.clocks, known)
  if (event !== undefined) {
    return bothFault(fate) ?? differs(record, frame, event) ?? accept(memory, record, frame, known)
  }
  return fate.isRejected ? undefined : drop(memory, record, frame, known, isWhole)
}

function bothFault({ offset, isRejected }: Fate): Fault | undefined {
  return isRejected ? wrong('one fate a record', `raw offset ${offset} is in unique and rejected`) : undefined
}

function accept(memory: Memory, record: KafkaRecord, frame: RawFrame, known: Remembered): Fault | undefined {
  memory.found.compared++
  const { clocks, accepted, windows } = memory
  const name = nameOf(record, frame)
  const before = accepted.get(name)
  const earlier = before === undefined ? [] : allOf(before)
  const twice = [...earlier, ...movedOf(memory, record, frame, known)].find(
    each =>
      isLive(each, clocks, windowOf(windows, frame)) &&
      (memory.variants === 'reject' || each.eventTime === known.eventTime),
  )
  if (twice !== undefined) {
    const ago = (ms: number): string => `${(ms / 1000).toFixed(3)} s`
    return wrong(
      `no event ${printable(record.key?.toString() ?? '')} within the window of the one before it`,
      `raw offset ${record.offset}, appended ${ago(record.timestamp - twice.appendTime)} after it`,
    )
  }
  accepted.delete(name)
  const kept = earlier.filter(each => isLive(each, clocks, windows.archive))
  const entry = { ...known, payload: digestOf(frame.frame) }
  accepted.set(name, kept.length === 0 ? entry : { ...entry, earlier: kept })
  return undefined
}

function drop(
  memory: Memory,
  record: KafkaRecord,
  frame: RawFrame,
  known: Remembered,
  isWhole: boolean,
): Fault | undefined {
  const { accepted, clocks, since, windows, found } = memory
  const window = windowOf(windows, frame)
  const before = accepted.get(nameOf(record, frame))
  const isCopyOf = (each: Remembered): boolean =>
    each.eventTime === known.eventTime && isLive(each, clocks, window)
  const copied = (before === undefined ? [] : allOf(before)).find(isCopyOf)
  if (copied === undefined) {
    if (movedOf(memory, record, frame, known).some(isCopyOf)) {
      found.copies++
      return undefined
    }
    const isOlder =
      since !== undefined && isLive({ eventTime: since.event, appendTime: since.append }, clocks, window)
    if (!isOlder && isWhole) {
      return lostFault(record.offset, 'no event of its id and time was accepted within the window before it')
    }
    found.unprovable++
    return undefined
  }
  found.copies++
  if (copied.payload === digestOf(frame.frame)) return undefined
  found.otherBytes++
  if (found.examples.length < mostExamples) {
    found.examples.push({
      cluster: frame.cluster,
      id: record.key?.toString() ?? '',
      offset: record.offset,
    })
  }
  return undefined
}

const lostFault = (offset: number, why: string): Fault => ({
  expected: `raw offset ${offset} in unique or in rejected, since ${why}`,
  found: 'it is in neither',
  advice:
    'The event is lost, unless dedup.window or dedup.archive_window was changed since: keep the topics, raw above all, and report it.',
})

const movedOf = (
  { moved }: Memory,
  record: KafkaRecord,
  frame: RawFrame,
  { eventTime }: Remembered,
): Remembered[] => (moved === undefined ? [] : findMoved(moved, record, frame, eventTime))

const allOf = (each: Accepted): readonly Accepted[] => [each, ...(each.earlier ?? [])]

function decode(codec: Codec<RawFrame>, { value }: KafkaRecord): RawFrame | undefined {
  try {
    const frame = codec.decode(value ?? Buffer.alloc(0))
    return frame.identity === 'unreadable' ? undefined : frame
  } catch {
    return undefined
  }
}

const nameOf = ({ key }: KafkaRecord, { cluster, service }: RawFrame): string =>
  hash('sha256', `${cluster}\0${service}\0${key?.toString() ?? ''}`, 'buffer').toString('latin1', 0, 16)

const digestOf = (bytes: Buffer): number => hash('sha256', bytes, 'buffer').readUIntBE(0, 6)
