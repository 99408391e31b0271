// The work of one output on one partition: frames out, offsets behind the peer's evidence.

import { rejectedRecord } from '@podpipe/runtime/consume/rejected.ts'
import type { OpenWork } from '@podpipe/runtime/consume/work.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { committed as committedIn } from '@podpipe/runtime/kafka/group/group.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import { type Counted, countedIn, withCounted } from './counted.ts'
import { outletOf } from './deliver-frames.ts'
import { deliverRecords } from './deliver-records.ts'
import type { Output } from './delivery.ts'
import type { LaidRecords } from './frames/records-to-slabs.ts'
import type { Naming } from './frames/wire.ts'
import type { Reports } from './observe.ts'

// A batch is done only when its stretch has ended, seconds later; meanwhile others are on their way. What
// bounds memory is the room in the output, which all partitions share. Live batches hold a few records: counted as full
// ones they would end the flow behind a peer that is silent, before there is enough to see whether it reads.
const inFlight = 64
const inFlightRecords = 64_000

/** Opens the work of an output on the partitions that this process owns in its group. */
export function openWork(
  context: Context,
  {
    output,
    groupId,
    fetcher,
    rejects,
    naming,
    maxEventBytes,
    reports,
  }: {
    output: Output
    groupId: string
    fetcher: Fetcher
    rejects: PlainProducer
    naming: Naming
    /** Longer frames are rejected. */
    maxEventBytes: number | undefined
    reports: Reports
  },
): OpenWork<never> {
  const { client, topics } = context
  const outlet = outletOf(output)

  return async (place: TopicPartition) => {
    const service = topics.services.find(name => topics.unique(name).name === place.topic)
    if (service === undefined) throw new Error(`Topic ${place.topic} is not one of podpipe's unique topics.`)
    const { codec } = topics.unique(service)
    const framing = { codec, naming, maxBytes: maxEventBytes, output: output.name }
    const begun = await resumeFrom(context, fetcher, groupId, place)
    let { counted } = begun
    // Of the batches on their way, the oldest first: they are confirmed in order.
    const sizes: number[] = []
    return {
      from: begun.from,
      inFlight,
      inFlightRecords,
      // What goes out is a copy.
      letsRecordsGo: 'delivered',
      async deliver({ records }, stopping) {
        const keep = (bad: LaidRecords['rejects']) => keepRejects(bad, rejects, topics.rejected, codec)
        const delivered = await deliverRecords(outlet, records, framing, keep, stopping)
        const { confirmed, times, rejects: kept } = delivered
        sizes.push(records.length)
        return { confirmed, report: reports(service, times, kept.length) }
      },
      // The committed offsets, with their notes, are all that is remembered.
      remember() {
        counted = { ...counted, events: counted.events + (sizes.shift() ?? 0) }
      },
      note: () => withCounted(output.note(), counted),
      close: async () => undefined,
    }
  }

  async function resumeFrom(
    { log }: Context,
    reader: Fetcher,
    group: string,
    place: TopicPartition,
  ): Promise<{ readonly from: number; readonly counted: Counted }> {
    const known = await committedIn(client, group, place)
    const { start, end } = await reader.offsets(place)
    const anew = { from: start, counted: { from: start, events: 0 } }
    if (known === undefined) return anew
    // Before the first event goes out: the peer may hang just now.
    output.recall(known.note)
    const committed = known.offset
    const counted = countedIn(known.note) ?? { from: committed, events: 0 }
    if (committed < start) {
      log.error(
        { ...place, output: output.name, from: committed, to: start, records: start - committed },
        'events were deleted by retention before this output had delivered them; they are lost to it. Give the unique topics a longer retention',
      )
      // They are in no count, and so are seen to be missing.
      return { from: start, counted }
    }
    if (committed > end) {
      log.error(
        { ...place, output: output.name, committed, end },
        'the topic is shorter than what was delivered of it: it was made anew. Delivering it from its start',
      )
      return anew
    }
    return { from: committed, counted }
  }
}

async function keepRejects(
  rejects: LaidRecords['rejects'],
  producer: PlainProducer,
  topic: Context['topics']['rejected'],
  codec: Codec<Event>,
): Promise<void> {
  const records = rejects.map(({ record, outcome }) => {
    const value = record.value ?? Buffer.alloc(0)
    // One that can be opened is kept as Proofpoint sent it, the others whole.
    const bytes = outcome.reason === 'too_large' ? codec.decode(value).payload : value
    return rejectedRecord(topic, record, outcome, bytes)
  })
  await producer.send(records)
}
