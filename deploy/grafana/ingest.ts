// The sessions to Proofpoint.

import type { Dashboard } from './panel.ts'
import { line, rate } from './parts.ts'

export const ingest: Dashboard = {
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
