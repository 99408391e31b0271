// Whether everything that Proofpoint sent is on its way to Devo.

import type { Dashboard, Panel } from './panel.ts'
import { line, number, rate } from './parts.ts'

const troubles: Panel = {
  title: 'What is not well',
  description: 'Parts of services that are in trouble now; podpipe status says why and what to do.',
  kind: 'table',
  unit: 'short',
  width: 24,
  height: 6,
  queries: [{ query: 'max by (job, part) (podpipe_troubles) == 1' }],
}

export const overview: Dashboard = {
  uid: 'podpipe-overview',
  title: 'podpipe: overview',
  description: 'Whether everything that Proofpoint sent is on its way to Devo.',
  panels: [
    number(
      'In',
      'reqps',
      'Frames a second that Kafka acknowledged.',
      'sum(rate(podpipe_ingest_received_total[$__rate_interval]))',
    ),
    number(
      'Unique',
      'reqps',
      'Events a second that dedup let through.',
      'sum(rate(podpipe_dedup_events_total{outcome="unique"}[$__rate_interval]))',
    ),
    number(
      'Delivered',
      'reqps',
      'Events a second that outputs have proof for, all outputs together.',
      'sum(rate(podpipe_forwarder_events_total{outcome="delivered"}[$__rate_interval]))',
    ),
    number('Behind', 's', 'Age of the oldest event that is not done.', 'max(podpipe_lag_seconds)', {
      redFrom: 300,
    }),
    number(
      'Sessions open',
      'short',
      'Live sessions to Proofpoint.',
      'sum(max by (cluster, service) (podpipe_ingest_session_up))',
    ),
    number(
      'In trouble',
      'short',
      'Parts that are not well.',
      'count(max by (job, part) (podpipe_troubles) == 1) or vector(0)',
      {
        redFrom: 1,
      },
    ),
    troubles,
    line(
      'The account',
      'reqps',
      'In is what was decided: unique, duplicate and rejected. Unique is what each output delivers.',
      [
        { query: 'sum(rate(podpipe_ingest_received_total[$__rate_interval]))', legend: 'in' },
        { query: rate('podpipe_dedup_events_total', 'outcome'), legend: '{{outcome}}' },
        {
          query: rate('podpipe_forwarder_events_total', 'output', '{outcome="delivered"}'),
          legend: 'to {{output}}',
        },
      ],
    ),
    line('Behind', 's', 'Age of the oldest event that is not done, by who has to do it.', [
      { query: 'max by (consumer) (podpipe_lag_seconds)', legend: '{{consumer}}' },
    ]),
    line('Waiting in Kafka', 'short', 'Records that are not done.', [
      { query: 'sum by (consumer) (podpipe_lag_records)', legend: '{{consumer}}' },
    ]),
    line(
      'From receipt to proof',
      's',
      "How long events take, from Kafka's acknowledgement to the peer's evidence.",
      [
        {
          query:
            'histogram_quantile(0.5, sum by (le, output) (rate(podpipe_forwarder_delay_seconds_bucket[$__rate_interval])))',
          legend: 'median, {{output}}',
        },
        {
          query:
            'histogram_quantile(0.99, sum by (le, output) (rate(podpipe_forwarder_delay_seconds_bucket[$__rate_interval])))',
          legend: '99 %, {{output}}',
        },
      ],
    ),
    line('Disk of Kafka', 'bytes', "Room on the disk of podpipe's own Kafka; a full one ends it.", [
      { query: 'min by (disk) (podpipe_disk_free_bytes)', legend: 'free' },
      { query: 'max by (disk) (podpipe_disk_size_bytes)', legend: 'in all' },
    ]),
    line('Memory', 'bytes', 'Resident memory of each process.', [
      { query: 'process_resident_memory_bytes{job=~"podpipe.*"}', legend: '{{job}} {{instance}}' },
    ]),
    line('Processor', 'percentunit', 'Share of one core that each process takes.', [
      {
        query: 'rate(process_cpu_seconds_total{job=~"podpipe.*"}[$__rate_interval])',
        legend: '{{job}} {{instance}}',
      },
    ]),
  ],
}
