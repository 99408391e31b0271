// Records as they are shown; for tests.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { type Shown, showOf } from './shown.ts'
import type { Stage } from './stages.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] })
export const payload = Buffer.from('{"guid":"a","subject":"caf\u00e9"}\n')

export function shown(stage: Stage, value: Buffer): Shown {
  const { topic, show } = showOf(stage, 'message', topics)
  const record: KafkaRecord = {
    topic,
    partition: 2,
    offset: 7,
    timestamp: Date.parse('2026-05-22T12:00:00Z'),
    key: Buffer.from('a'),
    value,
  }
  return show(record)
}

export const unique = shown(
  'unique',
  topics.unique('message').codec.encode({
    cluster: 'c',
    service: 'message',
    id: 'a',
    event_time: Date.parse('2026-05-22T11:59:00Z'),
    received_at: 0,
    raw_partition: 2,
    raw_offset: 9,
    payload,
  }),
)
export const rejected = shown(
  'rejected',
  topics.rejected.codec.encode({
    topic: 'pod.raw.message',
    partition: 1,
    offset: 3,
    reason: 'not_json',
    error: 'no JSON object',
    bytes: Buffer.from([0x1b, 0x5b, 0xff]),
  }),
)
