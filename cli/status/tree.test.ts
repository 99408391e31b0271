import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '@podpipe/operations/status/ask.ts'
import { healthOf } from '@podpipe/operations/status/health.ts'
import type { ServiceStatus } from '@podpipe/runtime/http.ts'
import { exitCodeOf, treeOf } from './tree.ts'

const now = Date.parse('2026-05-22T12:00:00Z')
const status = (service: string, troubles: ServiceStatus['troubles'] = []): ServiceStatus => ({
  service,
  version: '1.0.0',
  pid: 1,
  ready: troubles.length === 0,
  troubles,
  parts: {},
})
const well: Answer = { name: 'dedup', address: '127.0.0.1:8102', status: status('dedup') }
const ill: Answer = {
  name: 'forwarder',
  address: '127.0.0.1:8103',
  status: status('forwarder', [
    {
      part: 'devo_1',
      symptom: 'no proof of delivery',
      impact: 'Its events wait.',
      cause: 'connect ECONNREFUSED',
      action: 'Check that the peer runs.',
      since: '2026-05-22T11:58:30.000Z',
    },
  ]),
}
const gone: Answer = { name: 'ingest', address: '127.0.0.1:8101', failure: 'nothing listens there' }

for (const [name, answers, health, code] of [
  ['all well is healthy', [well], 'healthy', 0],
  ['one part that is not well degrades', [well, ill], 'degraded', 1],
  ['a service that does not answer is down, whatever the others say', [gone, well, ill], 'down', 2],
] as const) {
  test(name, () => {
    equal(healthOf(answers), health)
    equal(exitCodeOf[healthOf(answers)], code)
  })
}

test('the tree names what is not well, since when, what it means, why, and what to do', () => {
  deepEqual(treeOf([gone, well, ill], now), [
    'podpipe  down',
    '├─ ingest     127.0.0.1:8101        down',
    '│    why     nothing listens there',
    '│    do      start it with podpipe run ingest, or look at the end of its log; podpipe run all starts it again by itself',
    '├─ dedup      127.0.0.1:8102        healthy',
    '└─ forwarder  127.0.0.1:8103        degraded',
    '     devo_1: no proof of delivery, for 1 min 30 s',
    '        means   Its events wait.',
    '        why     connect ECONNREFUSED',
    '        do      Check that the peer runs.',
  ])
})
