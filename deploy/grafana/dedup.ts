// What dedup decides, and what it takes.

import type { Dashboard } from './panel.ts'
import { line, rate } from './parts.ts'

export const dedup: Dashboard = {
  uid: 'podpipe-dedup',
  title: 'podpipe: dedup',
  description: 'Each event id once within the window.',
  panels: [
    line(
      'Decisions',
      'reqps',
      'What became of raw records.',
      [{ query: rate('podpipe_dedup_events_total', 'outcome'), legend: '{{outcome}}' }],
      { stacked: true },
    ),
    line('Share of copies', 'percentunit', 'Duplicates of all that was decided, by kind of event.', [
      {
        query:
          'sum by (service) (rate(podpipe_dedup_events_total{outcome="duplicate"}[$__rate_interval])) / sum by (service) (rate(podpipe_dedup_events_total[$__rate_interval]))',
        legend: '{{service}}',
      },
    ]),
    line('Behind', 's', 'Age of the oldest raw record that is not decided, by partition.', [
      { query: 'podpipe_lag_seconds{consumer="dedup"}', legend: '{{topic}} {{partition}}' },
    ]),
    line('Waiting', 'short', 'Raw records that are not decided.', [
      { query: 'sum by (topic) (podpipe_lag_records{consumer="dedup"})', legend: '{{topic}}' },
    ]),
    line('Remembered ids', 'short', 'Ids within their window.', [
      { query: 'sum by (service) (podpipe_dedup_seen_ids)', legend: '{{service}}' },
    ]),
    line('Their memory', 'bytes', 'Bounded by dedup.max_memory in each process.', [
      { query: 'sum by (instance) (podpipe_dedup_seen_bytes)', legend: '{{instance}}' },
    ]),
    line('Rejects', 'short', 'Rejected in the last five minutes, by reason.', [
      {
        query: 'sum by (service, reason) (increase(podpipe_dedup_rejected_total[5m]))',
        legend: '{{service}} {{reason}}',
      },
    ]),
    line(
      'Found by comparison',
      'short',
      'Variants published, and events that a live stream had missed, in the last hour.',
      [
        {
          query: 'sum by (service) (increase(podpipe_dedup_variants_total[1h]))',
          legend: 'variants, {{service}}',
        },
        {
          query: 'sum by (service) (increase(podpipe_dedup_missed_live_total[1h]))',
          legend: 'missed live, {{service}}',
        },
      ],
    ),
  ],
}
