// What is delivered, on which evidence, and how far behind.

import type { Dashboard } from './panel.ts'
import { line, rate } from './parts.ts'

export const forwarder: Dashboard = {
  uid: 'podpipe-forwarder',
  title: 'podpipe: forwarder',
  description: 'What is delivered, on which evidence, and how far behind.',
  panels: [
    line('Delivered', 'reqps', 'Events that the peer has proved to have read.', [
      {
        query: rate('podpipe_forwarder_events_total', 'output', '{outcome="delivered"}'),
        legend: '{{output}}',
      },
    ]),
    line('Refused', 'short', 'Events that an output does not take, in the last five minutes.', [
      {
        query: 'sum by (output, service) (increase(podpipe_forwarder_events_total{outcome="rejected"}[5m]))',
        legend: '{{output}} {{service}}',
      },
    ]),
    line('Behind', 's', 'Age of the oldest event that is not delivered.', [
      { query: 'max by (consumer) (podpipe_lag_seconds{consumer=~"forwarder-.*"})', legend: '{{consumer}}' },
    ]),
    line('Waiting', 'short', 'Events that are not delivered.', [
      { query: 'sum by (consumer) (podpipe_lag_records{consumer=~"forwarder-.*"})', legend: '{{consumer}}' },
    ]),
    line('Evidence', 'short', 'What confirms each output now; docs/confirmation.md says what it proves.', [
      {
        query: 'max by (output, evidence) (podpipe_forwarder_evidence) == 1',
        legend: '{{output}} {{evidence}}',
      },
    ]),
    line('Answer', 'short', 'How the peer of each output took the newest end of a connection.', [
      {
        query: 'max by (output, answer) (podpipe_forwarder_answer) == 1',
        legend: '{{output}} {{answer}}',
      },
    ]),
    line('Confirmed', 'short', 'Events confirmed since the start, by evidence.', [
      {
        query: 'sum by (output, evidence) (podpipe_forwarder_confirmed_events)',
        legend: '{{output}} {{evidence}}',
      },
    ]),
    line('Unconfirmed', 'short', 'Events written, for which the evidence is awaited.', [
      { query: 'sum by (output) (podpipe_forwarder_unconfirmed_events)', legend: '{{output}}' },
    ]),
    line('Sent again', 'short', 'Events sent again since the start: what the peer has twice at most.', [
      { query: 'sum by (output) (podpipe_forwarder_resent_events)', legend: '{{output}}' },
    ]),
    line('Ends of connections', 'short', 'How connections ended since the start.', [
      {
        query: 'sum by (output, ending) (podpipe_forwarder_connection_ends)',
        legend: '{{output}} {{ending}}',
      },
    ]),
    line('Certificates', 'short', 'Days until they end.', [
      { query: 'min by (output, file) (podpipe_forwarder_certificate_days)', legend: '{{output}} {{file}}' },
    ]),
  ],
}
