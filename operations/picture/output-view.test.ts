import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Output } from '@podpipe/runtime/config/config.ts'
import { samplesIn } from '../figures/samples.ts'
import { seriesOf } from '../figures/series.ts'
import { outputView } from './output-view.ts'

const output: Output = {
  name: 'o',
  kind: 'tcp',
  enabled: true,
  services: ['message'],
  maxEventBytes: undefined,
  address: 'relay',
  port: 514,
  confirm: 'auto',
  connections: 4,
}

/** A forwarder with a connection or without, as its metrics and its status tell. */
const forwarder = (at: number, connected: boolean, evidence: string, days: number) => ({
  answer: {
    name: 'forwarder',
    address: `f:${at}`,
    status: {
      service: 'forwarder',
      version: '1',
      pid: at,
      ready: true,
      troubles: [],
      parts: { o: { connected } },
    },
  },
  samples: samplesIn(
    [
      `podpipe_forwarder_evidence{output="o",evidence="${evidence}"} 1`,
      'podpipe_forwarder_evidence{output="o",evidence="written"} 0',
      'podpipe_forwarder_events_total{output="o",service="message",outcome="delivered"} 10',
      'podpipe_forwarder_events_total{output="o",service="message",outcome="rejected"} 1',
      'podpipe_forwarder_events_total{output="other",service="message",outcome="rejected"} 5',
      'podpipe_forwarder_resent_events{output="o"} 3',
      'podpipe_forwarder_connection_ends{output="o",ending="fin"} 2',
      `podpipe_forwarder_certificate_days{output="o",file="cert"} ${days}`,
    ].join('\n'),
  ),
})

test('an output that two processes run is one: counts add up, each kind of evidence is told, the first end of a certificate counts', () => {
  const look = { at: 0, services: [forwarder(1, true, 'fin', 90), forwarder(2, false, 'acked', 80)] }
  deepEqual(outputView(output, look, seriesOf(look, undefined)), {
    name: 'o',
    kind: 'tcp',
    enabled: true,
    address: 'relay:514',
    services: ['message'],
    confirm: 'auto',
    evidence: ['fin', 'acked'],
    connections: 4,
    processes: 2,
    connected: 1,
    unconfirmed: 0,
    delivered: 20,
    rejected: 2,
    resent: 6,
    endings: { fin: 4 },
    certificates: [{ file: 'cert', days: 80 }],
  })
})

test('an output that nobody runs promises nothing', () => {
  const look = { at: 0, services: [] }
  const { evidence, processes, certificates } = outputView(output, look, seriesOf(look, undefined))
  deepEqual([evidence, processes, certificates], [[], 0, []])
})
