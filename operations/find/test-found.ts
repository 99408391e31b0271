// What lies in the topics of an event that came four times; for tests.

import type { Found } from './way.ts'

const copy = (offset: number) => ({
  partition: 2,
  offset,
  at: Date.parse('2026-05-22T12:00:00Z') + offset,
  cluster: 'c',
  mode: 'live',
})
export const found: Found = {
  service: 'message',
  rawTopic: 'pod.raw.message',
  uniqueTopic: 'pod.unique.message',
  copies: [copy(9), copy(5), copy(7), copy(12)],
  published: [{ partition: 2, offset: 40, rawPartition: 2, rawOffset: 5 }],
  refused: [
    { topic: 'pod.raw.message', partition: 2, offset: 9, reason: 'variant', error: 'another time' },
    { topic: 'pod.raw.message', partition: 1, offset: 7, reason: 'not_json', error: 'of another partition' },
  ],
  decidedTo: 10,
  outputs: [
    { name: 'devo_1', deliveredTo: 41 },
    { name: 'relay', deliveredTo: 40 },
    { name: 'new', deliveredTo: undefined },
  ],
}
