import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { healthLine } from './health-line.ts'

const status = { service: 'dedup', version: '1', pid: 1, ready: true, troubles: [], parts: {} }
const trouble = {
  part: 'kafka',
  symptom: 'Kafka does not answer',
  impact: '',
  cause: 'ECONNREFUSED',
  action: '',
  since: '2024-05-22T12:00:00Z',
}
const at = { name: 'dedup', address: '127.0.0.1:8102' }

for (const [name, answer, line] of [
  ['well', { ...at, status }, 'dedup: ready'],
  [
    'in trouble',
    { ...at, status: { ...status, ready: false, troubles: [trouble, { ...trouble, part: 'other' }] } },
    'dedup: kafka: Kafka does not answer: ECONNREFUSED; other: Kafka does not answer: ECONNREFUSED',
  ],
  [
    'away',
    { ...at, failure: 'nothing listens there' },
    'dedup: 127.0.0.1:8102 does not answer: nothing listens there',
  ],
] as const) {
  test(`a service that is ${name}`, () => equal(healthLine(answer), line))
}
