// The work of one output on one partition: frames out, offsets behind the peer's evidence.

import { rejectedRecord } from '@podpipe/runtime/consume/rejected.ts'
import type { OpenWork } from '@podpipe/runtime/consume/work.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import { committed as committedIn } from '@podpipe/runtime/kafka/group.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event } from '@podpipe/schemas/records.ts'
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
    return {
      from: await resumeFrom(context, fetcher, groupId, place),
      inFlight,
      inFlightRecords,
      // What goes out is a copy.
      letsRecordsGo: 'delivered',
      async deliver({ records }, stopping) {
        const keep = (bad: LaidRecords['rejects']) => keepRejects(bad, rejects, topics.rejected, codec)
        const delivered = await deliverRecords(outlet, records, framing, keep, stopping)
        const { confirmed, times, rejects: kept } = delivered
        return { confirmed, report: reports(service, times, kept.length) }
      },
      // The committed offsets are all that is remembered.
      remember: () => undefined,
      close: async () => undefined,
    }
  }

  async function resumeFrom(
    { log }: Context,
    reader: Fetcher,
    group: string,
    place: TopicPartition,
  ): Promise<number> {
    const known = await committedIn(client, group, place)
    const { start, end } = await reader.offsets(place)
    if (known === undefined) return start
    // Before the first event goes out: the peer may hang just now.
    output.recall(known.note)
    const committed = known.offset
    if (committed < start) {
      log.error(
        { ...place, output: output.name, from: committed, to: start, records: start - committed },
        'events were deleted by retention before this output had delivered them; they are lost to it. Give the unique topics a longer retention',
      )
      return start
    }
    if (committed > end) {
      log.error(
        { ...place, output: output.name, committed, end },
        'the topic is shorter than what was delivered of it: it was made anew. Delivering it from its start',
      )
      return start
    }
    return committed
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
