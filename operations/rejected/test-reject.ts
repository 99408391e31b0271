// A reject and where it lies; for tests.

import { topicsOf } from '@podpipe/schemas/topics.ts'
import type { Reject } from './reject.ts'

export const topics = topicsOf({ prefix: 'pod', partitions: 4, services: ['message', 'audit'] })
export const noon = Date.parse('2026-05-22T12:00:00Z')
export const reject: Reject = {
  offset: 41,
  time: noon,
  topic: 'pod.raw.message',
  partition: 2,
  origin: 7,
  reason: 'variant',
  error: 'another\u001b[31m time',
  bytes: Buffer.from('{"guid":"a"}\n'),
}
