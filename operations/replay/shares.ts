// Which offsets of unique a replay reads, and what cannot be read of them any more.

import type { Share } from '@podpipe/forwarder/replay/share.ts'
import { allEnded } from '@podpipe/runtime/all-ended.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsOfTime, probeOf } from '@podpipe/runtime/kafka/read/offset-of-time.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { AskedError } from '../asked-error.ts'
import { shownTime } from '../times.ts'
import type { StoredReplay } from './memo.ts'
import type { TimeRange } from './range.ts'

/**
 * The shares of a new replay; partitions without a record in the range have none.
 * @param warn is told what retention has deleted of the range
 * @throws ConfigurationError when nothing lies in the range
 */
export async function sharesOf(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  range: TimeRange,
  warn: (sentence: string) => void,
): Promise<Share[]> {
  const shares: Share[] = []
  /** The oldest record of each partition that has lost older ones. */
  const oldest: number[] = []
  for (const service of topics.services) {
    const { name: topic, partitions } = topics.unique(service)
    const starts = await offsetsOfTime(client, fetcher, topic, range.from)
    const ends = await offsetsOfTime(client, fetcher, topic, range.to)
    const places = Array.from({ length: partitions }, async (_, partition) => {
      const place = { topic, partition }
      const edges = await fetcher.offsets(place)
      const [start = edges.end, end = edges.end] = [starts[partition], ends[partition]]
      if (start < end) shares.push({ ...place, start, end, offset: start, confirmed: 0, refused: {} })
      if (edges.start === 0 || edges.start < start) return
      const first = await probeOf(fetcher, place, edges.end)(edges.start)
      if (first !== undefined && first.timestamp > range.from) oldest.push(first.timestamp)
    })
    await allEnded(places)
  }
  shares.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
  const names = topics.services.map(service => topics.unique(service).name).join(', ')
  const since = oldest.length === 0 ? undefined : shownTime(Math.min(...oldest))
  if (shares.length > 0) {
    if (since !== undefined) {
      warn(
        `Not all of the range is there any more: retention has deleted older events of ${names}, and of some partitions the oldest one is of ${since}.`,
      )
    }
    return shares
  }
  const span = `${names}: no event was received from ${shownTime(range.from)} to ${shownTime(range.to)} (UTC).`
  throw new ConfigurationError(
    since === undefined
      ? `${span} The times are those at which Kafka received the events, not the events' own; give a range in which events came.`
      : `${span} What came then has been deleted by retention, after 7 days as a rule: the oldest event is of ${since}. Begin there or later.`,
  )
}

/**
 * The shares of a replay that is taken up again, behind what is done.
 * @throws ConfigurationError when a topic has been made anew since
 */
export async function sharesAgain(
  fetcher: Fetcher,
  { name, shares }: StoredReplay,
  warn: (sentence: string) => void,
): Promise<Share[]> {
  const found: Share[] = []
  for (const share of shares) {
    const { topic, partition, offset, end } = share
    const edges = await fetcher.offsets({ topic, partition })
    if (edges.end < end) {
      throw new AskedError(
        `Replay ${name} cannot be taken up: ${topic}, partition ${partition}, ends at ${edges.end}, and the replay was to read up to ${end}; the topic was made anew since.`,
        {
          command: `Forget it with podpipe replay forget ${name}.`,
          page: 'End it, and begin another one for what the topic holds now.',
        },
      )
    }
    const gone = Math.min(edges.start, end) - offset
    if (gone > 0) {
      warn(
        `${topic}, partition ${partition}: retention has deleted ${gone} records that were still to be replayed; it goes on behind them.`,
      )
    }
    found.push({ ...share, offset: offset + Math.max(0, gone) })
  }
  return found
}
