import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { samplesIn } from '../figures/samples.ts'
import { pictureOf } from './picture.ts'
import { entryOf, sampleOf, samplesAmong } from './sample.ts'

const look = (at: number, received: number) => ({
  at,
  services: [
    {
      answer: { name: 'ingest', address: 'i:1', failure: '' },
      samples: samplesIn(
        [
          `podpipe_ingest_received_total{cluster="a",service="message"} ${received}`,
          'podpipe_ingest_session_up{cluster="a",service="message"} 1',
          'podpipe_dedup_events_total{service="message",outcome="unique"} 1',
          'podpipe_forwarder_events_total{output="o",service="message",outcome="delivered"} 1',
          'podpipe_lag_records{consumer="forwarder-o",topic="pod.unique.message",partition="0"} 7',
        ].join('\n'),
      ),
    },
  ],
})
const at = '2026-05-22T12:00:00.000Z'
const picture = pictureOf(at, look(3_000, 200), look(0, 100), { outputs: [] }, undefined, [])

test('what is kept of a picture is read again, among whatever else is noted', () => {
  const { figures } = sampleOf(picture)
  deepEqual(figures, {
    in: 33.3,
    in_bytes: 0,
    open: 1,
    unique: 0,
    duplicate: 0,
    rejected: 0,
    'lag/dedup': 0,
    'lag_seconds/dedup': 0,
    'delivered/o': 0,
    'lag/o': 7,
    'lag_seconds/o': 0,
  })
  const entry = entryOf(sampleOf(picture), 'console/1')
  const other = { ...entry, kind: 'action' as const }
  deepEqual(samplesAmong([{ ...entry, at: 5 }, other, { ...entry, at: 4 }]), [
    { at: 4, figures },
    { at: 5, figures },
  ])
})

test('a rate that is not known yet is left out', () => {
  const first = pictureOf(at, look(0, 1), undefined, { outputs: [] }, undefined, [])
  deepEqual(Object.keys(sampleOf(first).figures), [
    'open',
    'lag/dedup',
    'lag_seconds/dedup',
    'lag/o',
    'lag_seconds/o',
  ])
})

test('what waits is known of Kafka also while nobody works on it', () => {
  const output = { name: 'o', unique: 9, done: 2, waiting: 7, waitingAtMost: 8, missing: 0 }
  const account = {
    at,
    received: 9,
    unique: 9,
    duplicate: 0,
    rejected: 0,
    undecided: 5,
    missing: 0,
    outputs: [output],
  }
  const nobody = pictureOf(at, { at: 0, services: [] }, undefined, { outputs: [] }, account, [])
  deepEqual(sampleOf(nobody).figures, { open: 0, 'lag/dedup': 5, 'lag/o': 7, missing: 0 })
})
