// Every metric of podpipe, in one closed list: docs/metrics.md, the dashboards and the alert rules are held
// against it. Counters count events, not batches; labels take few values (`values`, labels.ts). A name is a promise.

import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import type { LabelName } from './labels.ts'

/** The process that has a metric; `all` is every service. */
export type MetricOwner = 'ingest' | 'dedup' | 'forwarder' | 'console' | 'all'

export interface MetricEntry {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly of: MetricOwner
  readonly name: string
  readonly labels: readonly LabelName[]
  /** The values that a label takes here: a closed list, or its forms in words. */
  readonly values?: Partial<Record<LabelName, readonly string[] | string>>
  /** What it is, and what to make of it. */
  readonly help: string
  /** Upper bounds of a histogram, in the unit of its name. */
  readonly buckets?: readonly number[]
}

const stream = ['cluster', 'service'] as const
const evidence = ['close_notify', 'fin', 'bare_fin', 'acked', 'written'] as const

export const metricList = {
  received: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_received_total',
    labels: stream,
    help: "Frames received and acknowledged by Kafka: from here on they are podpipe's.",
  },
  receivedBytes: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_received_bytes_total',
    labels: stream,
    help: 'Bytes of the frames received and acknowledged by Kafka.',
  },
  sessionUp: {
    kind: 'gauge',
    of: 'ingest',
    name: 'podpipe_ingest_session_up',
    labels: stream,
    help: '1 while the live session to Proofpoint is open. 0 for minutes: look at the status of ingest.',
  },
  lastFrame: {
    kind: 'gauge',
    of: 'ingest',
    name: 'podpipe_ingest_last_frame_timestamp_seconds',
    labels: stream,
    help: 'When the last live frame came, in seconds since 1970: time() minus this is the silence.',
  },
  sessionEnds: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_session_ends_total',
    labels: [...stream, 'mode', 'reason'],
    values: {
      mode: ['live', 'archive'],
      reason: 'http_STATUS, close_CODE, unreachable, silent, congested, stopped',
    },
    help: 'Sessions to Proofpoint that ended or could not be opened, each followed by another try.',
  },
  conflicts: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_conflicts_total',
    labels: [...stream, 'mode'],
    values: { mode: ['live', 'archive'] },
    help: 'Episodes in which Proofpoint answered 409: another session used the API key. Any growth: look for another collector.',
  },
  pausedSeconds: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_paused_seconds_total',
    labels: stream,
    help: 'Time in which a socket to Proofpoint was paused because Kafka was behind.',
  },
  inFlightBytes: {
    kind: 'gauge',
    of: 'ingest',
    name: 'podpipe_ingest_in_flight_bytes',
    labels: stream,
    help: 'Memory of frames received and not yet acknowledged by Kafka. At three quarters of ingest.max_in_flight_bytes the socket is paused.',
  },
  oversize: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_oversize_total',
    labels: stream,
    help: 'Frames above 16 MiB, which no Kafka record can hold: left out, with size and digest in the log.',
  },
  archiveTodo: {
    kind: 'gauge',
    of: 'ingest',
    name: 'podpipe_ingest_archive_hours_todo',
    labels: stream,
    help: 'Hours still to be fetched from the archive of Proofpoint, also those that it does not serve yet.',
  },
  archiveHours: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_archive_hours_total',
    labels: stream,
    help: 'Hours fetched from the archive.',
  },
  gapSeconds: {
    kind: 'counter',
    of: 'ingest',
    name: 'podpipe_ingest_gap_seconds_total',
    labels: stream,
    help: 'Time of which events can no longer be had from Proofpoint. Any growth is a loss; podpipe positions has the times.',
  },
  decided: {
    kind: 'counter',
    of: 'dedup',
    name: 'podpipe_dedup_events_total',
    labels: ['service', 'outcome'],
    values: { outcome: ['unique', 'duplicate', 'rejected'] },
    help: 'Raw records decided. Their sum over the outcomes is what was decided in all.',
  },
  rejected: {
    kind: 'counter',
    of: 'dedup',
    name: 'podpipe_dedup_rejected_total',
    labels: ['service', 'reason'],
    values: { reason: rejectReasons },
    help: 'Raw records rejected, by reason; rejected.md says what each means. The records lie in the rejected topic.',
  },
  variants: {
    kind: 'counter',
    of: 'dedup',
    name: 'podpipe_dedup_variants_total',
    labels: ['service'],
    help: 'Variants published: events whose id was known with another time of its own. They count as unique too. Only with dedup.variants: forward.',
  },
  missedLive: {
    kind: 'counter',
    of: 'dedup',
    name: 'podpipe_dedup_missed_live_total',
    labels: ['service'],
    help: 'Events that a live stream had missed and the comparison with the archive has found.',
  },
  seenIds: {
    kind: 'gauge',
    of: 'dedup',
    name: 'podpipe_dedup_seen_ids',
    labels: ['service', 'partition'],
    help: 'Ids remembered by this process.',
  },
  seenBytes: {
    kind: 'gauge',
    of: 'dedup',
    name: 'podpipe_dedup_seen_bytes',
    labels: ['service', 'partition'],
    help: 'Memory of the remembered ids of a partition. Their sum is bounded by dedup.max_memory.',
  },
  forwarded: {
    kind: 'counter',
    of: 'forwarder',
    name: 'podpipe_forwarder_events_total',
    labels: ['output', 'service', 'outcome'],
    values: { outcome: ['delivered', 'rejected'] },
    help: 'Unique events done with: delivered on evidence from the peer, or rejected.',
  },
  delay: {
    kind: 'histogram',
    of: 'forwarder',
    name: 'podpipe_forwarder_delay_seconds',
    labels: ['output', 'service'],
    help: "From the moment Kafka had the frame of an event to the peer's evidence for it.",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400],
  },
  unconfirmed: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_unconfirmed_events',
    labels: ['output'],
    help: 'Events written to an output for which its evidence is still awaited.',
  },
  resent: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_resent_events',
    labels: ['output'],
    help: 'Events sent again since the start because their connection ended without evidence; an upper bound of what the peer has twice.',
  },
  evidence: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_evidence',
    labels: ['output', 'evidence'],
    values: { evidence },
    help: '1 for the evidence by which an output is confirmed now; confirmation.md says what each proves.',
  },
  answer: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_answer',
    labels: ['output', 'answer'],
    values: { answer: ['close_notify', 'fin', 'bare_fin', 'silence'] },
    help: '1 for how the peer of an output took the newest end of a connection, known from the first one on; by what events are confirmed is another question.',
  },
  confirmed: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_confirmed_events',
    labels: ['output', 'evidence'],
    values: { evidence },
    help: 'Events confirmed since the start, by the evidence.',
  },
  stretchEnds: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_connection_ends',
    labels: ['output', 'ending'],
    values: { ending: ['clean', 'fin', 'bareFin', 'reset', 'timeout', 'error'] },
    help: 'How connections to an output ended since the start; those that go on behind their stretches count when they break.',
  },
  certificateDays: {
    kind: 'gauge',
    of: 'forwarder',
    name: 'podpipe_forwarder_certificate_days',
    labels: ['output', 'file'],
    values: { file: ['cert', 'chain'] },
    help: 'Days until a certificate of an output ends. Below 30: renew it.',
  },
  consoleViewers: {
    kind: 'gauge',
    of: 'console',
    name: 'podpipe_console_viewers',
    labels: [],
    help: 'Pages that follow the live picture now. While there is none, nothing is gathered but a sample every ten seconds.',
  },
  consoleRequests: {
    kind: 'counter',
    of: 'console',
    name: 'podpipe_console_requests_total',
    labels: ['status'],
    values: { status: ['2xx', '3xx', '4xx', '5xx'] },
    help: 'Requests to the API that were answered, by the class of the status. 5xx is Kafka or a service that does not answer, or a fault.',
  },
  consoleGathering: {
    kind: 'histogram',
    of: 'console',
    name: 'podpipe_console_gathering_seconds',
    labels: [],
    help: 'How long it took to gather one picture for all viewers. Above a second the page is behind.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  consoleRefusedSignIns: {
    kind: 'counter',
    of: 'console',
    name: 'podpipe_console_refused_sign_ins_total',
    labels: ['reason'],
    values: { reason: ['wrong', 'too_often', 'issuer', 'no_role'] },
    help: 'Attempts to sign in that were refused: a wrong name or password, too many failures before, the issuer, no group with a role. Many at once: somebody guesses; Activity has the addresses.',
  },
  consoleNoteFailures: {
    kind: 'counter',
    of: 'console',
    name: 'podpipe_console_note_failures_total',
    labels: [],
    help: 'Times that Kafka did not take what the console notes: samples, what people did, who signed out. The newest thousand notes are kept and tried again each second.',
  },
  lag: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_lag_records',
    labels: ['consumer', 'topic', 'partition'],
    help: 'Records of a partition that are not done yet. ingest consumes nothing and has none.',
  },
  lagSeconds: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_lag_seconds',
    labels: ['consumer', 'topic', 'partition'],
    help: 'Age of the oldest record of a partition that is not done yet; 0 when all are. ingest has none.',
  },
  troubles: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_troubles',
    labels: ['part'],
    help: '1 for each part of a service that is not well, for as long as it is not; /status says what, why and what to do.',
  },
  diskFree: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_disk_free_bytes',
    labels: ['disk'],
    values: { disk: ['kafka'] },
    help: "Room on the disk of podpipe's own Kafka; none with a cluster, which has disks of its own to be watched. A full one ends Kafka.",
  },
  diskSize: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_disk_size_bytes',
    labels: ['disk'],
    values: { disk: ['kafka'] },
    help: 'Size of the file system on which that disk is measured.',
  },
  build: {
    kind: 'gauge',
    of: 'all',
    name: 'podpipe_build_info',
    labels: ['version', 'runs'],
    values: { runs: ['ingest', 'dedup', 'forwarder', 'console'] },
    help: 'Always 1; which version of podpipe this process runs, and as what.',
  },
} as const satisfies Record<string, MetricEntry>
