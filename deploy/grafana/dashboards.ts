// podpipe's dashboards: what is asked, and what the answers mean. `npm run docs` writes them as Grafana's JSON.

import type { Dashboard, Panel, Query } from './panel.ts'

const rate = (metric: string, by: string, filter = ''): string =>
  `sum by (${by}) (rate(${metric}${filter}[$__rate_interval]))`

const line = (
  title: string,
  unit: string,
  description: string,
  queries: readonly Query[],
  more: Partial<Panel> = {},
): Panel => ({
  title,
  unit,
  description,
  queries,
  kind: 'timeseries',
  width: 12,
  ...more,
})

const number = (
  title: string,
  unit: string,
  description: string,
  query: string,
  more: Partial<Panel> = {},
): Panel => ({
  title,
  unit,
  description,
  queries: [{ query }],
  kind: 'stat',
  width: 4,
  ...more,
})

const troubles: Panel = {
  title: 'What is not well',
  description: 'Parts of services that are in trouble now; podpipe status says why and what to do.',
  kind: 'table',
  unit: 'short',
  width: 24,
  height: 6,
  queries: [{ query: 'max by (job, part) (podpipe_troubles) == 1' }],
}

const overview: Dashboard = {
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

const ingest: Dashboard = {
  uid: 'podpipe-ingest',
  title: 'podpipe: ingest',
  description: 'The sessions to Proofpoint.',
  panels: [
    line('Sessions', 'short', '1 while the live session is open.', [
      { query: 'max by (cluster, service) (podpipe_ingest_session_up)', legend: '{{cluster}} {{service}}' },
    ]),
    line('Frames', 'reqps', 'Frames that Kafka acknowledged.', [
      { query: rate('podpipe_ingest_received_total', 'cluster, service'), legend: '{{cluster}} {{service}}' },
    ]),
    line('Bytes', 'Bps', 'Bytes of those frames.', [
      {
        query: rate('podpipe_ingest_received_bytes_total', 'cluster, service'),
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line('Silence', 's', 'Time since the last live frame.', [
      {
        query: 'time() - max by (cluster, service) (podpipe_ingest_last_frame_timestamp_seconds)',
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line(
      'Ends of sessions',
      'short',
      'How sessions ended, or could not be opened, in the last five minutes.',
      [
        {
          query: 'sum by (service, mode, reason) (increase(podpipe_ingest_session_ends_total[5m]))',
          legend: '{{service}} {{mode}} {{reason}}',
        },
      ],
    ),
    line('Key in use elsewhere', 'short', 'Episodes of 409 in the last fifteen minutes.', [
      {
        query: 'sum by (cluster, service) (increase(podpipe_ingest_conflicts_total[15m]))',
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line('Archive', 'short', 'Hours to be fetched from the archive, and fetched in the last hour.', [
      { query: 'sum by (service) (podpipe_ingest_archive_hours_todo)', legend: 'to do, {{service}}' },
      {
        query: 'sum by (service) (increase(podpipe_ingest_archive_hours_total[1h]))',
        legend: 'done, {{service}}',
      },
    ]),
    line('Lost for good', 's', 'Time of which events can no longer be had, in the last day.', [
      {
        query: 'sum by (cluster, service) (increase(podpipe_ingest_gap_seconds_total[1d]))',
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line('On the way to Kafka', 'bytes', 'Bytes that Kafka has not acknowledged yet.', [
      {
        query: 'sum by (cluster, service) (podpipe_ingest_in_flight_bytes)',
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line('Waiting for Kafka', 'percentunit', 'Share of the time in which the socket was paused.', [
      {
        query: rate('podpipe_ingest_paused_seconds_total', 'cluster, service'),
        legend: '{{cluster}} {{service}}',
      },
    ]),
    line('Frames left out', 'short', 'Frames above 16 MiB in the last hour.', [
      { query: 'sum by (service) (increase(podpipe_ingest_oversize_total[1h]))', legend: '{{service}}' },
    ]),
  ],
}

const dedup: Dashboard = {
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

const forwarder: Dashboard = {
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

export const dashboards: readonly Dashboard[] = [overview, ingest, dedup, forwarder]
