// The records of a batch to the frames that an output writes: each is read where it lies in Kafka's answer and copied
// once, to its place between its neighbours, and nothing is made for it but a number. What is not exactly as usual goes the
// way of to-frame.ts, with the same bytes as its result.

import { FetchedRecord } from '@podpipe/runtime/kafka/encoding/batch-decoder.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Reject } from '@podpipe/runtime/outcome.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import { scanEvent } from '@podpipe/schemas/event-in-place.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import type { Blocks } from './blocks.ts'
import { type Laid, type Slab, SlabWriter } from './slabs.ts'
import { toFrame, within } from './to-frame.ts'
import { CR, Front, LF, type Naming, NUL } from './wire.ts'

/** How frames are made of the records of a topic. */
export interface Framing {
  readonly codec: Codec<Event>
  readonly naming: Naming
  /** Longer frames are rejected. */
  readonly maxBytes: number | undefined
  /** The name of the output, for the reasons of rejects. */
  readonly output: string
}

/** The frames, and what became of the other records. */
export interface LaidRecords extends Laid {
  readonly rejects: readonly { readonly record: KafkaRecord; readonly outcome: Reject }[]
  /** The times of the records whose frames these are. */
  readonly times: Float64Array
}

/** Lays out the frames of records, in their order. */
export function layOutRecords(
  records: readonly KafkaRecord[],
  framing: Framing,
  blocks: Blocks,
): LaidRecords {
  const laid = lay(records, framing, blocks, true)
  // A carriage return or a NUL in a payload is looked for in all frames of a block at once, and hardly ever found.
  if (laid.slabs.every(isPlain)) return laid
  for (const block of laid.blocks) blocks.letGo(block)
  return lay(records, framing, blocks, false)
}

const isPlain = ({ bytes }: Slab): boolean => bytes.indexOf(CR) < 0 && bytes.indexOf(NUL) < 0

function lay(
  records: readonly KafkaRecord[],
  framing: Framing,
  blocks: Blocks,
  isQuick: boolean,
): LaidRecords {
  const { codec, naming, maxBytes = Number.POSITIVE_INFINITY, output } = framing
  const front = new Front(naming)
  const rejects: LaidRecords['rejects'][number][] = []
  const times = new Float64Array(records.length)
  let delivered = 0
  const writer = new SlabWriter(blocks)
  for (const record of records) {
    if (!(isQuick && putQuickly(writer, record, front, maxBytes))) {
      const outcome = within(toFrame(record, codec, naming), framing.maxBytes, output)
      if (outcome.kind === 'reject') rejects.push({ record, outcome })
      if (outcome.kind !== 'forward') continue
      writer.put(outcome.value)
    }
    times[delivered++] = record.timestamp
  }
  writer.finish()
  return { slabs: writer.slabs, blocks: writer.blocks, rejects, times: times.subarray(0, delivered) }
}

/** @returns false, and nothing is put, for what is not as usual */
function putQuickly(writer: SlabWriter, record: KafkaRecord, front: Front, maxBytes: number): boolean {
  if (!(record instanceof FetchedRecord)) return false
  const { memory: source, valueFrom, valueTo } = record
  const event = scanEvent(source, valueFrom, valueTo)
  const head = event && front.of(event, event.eventTime)
  if (event === undefined || head === undefined) return false
  const { payloadAt } = event
  // A line end at the very end becomes the frame's own.
  const payloadEnd = valueTo > payloadAt && source[valueTo - 1] === LF ? valueTo - 1 : valueTo
  const body = head.length
  const length = body + payloadEnd - payloadAt + 1
  if (length > maxBytes) return false
  writer.room(length)
  const { block, at } = writer
  head.copy(block, at)
  source.copy(block, at + body, payloadAt, payloadEnd)
  const end = at + length - 1
  block[end] = LF
  // One inside makes it a counted frame.
  if (block.indexOf(LF, at) !== end) return false
  writer.add(length)
  return true
}
