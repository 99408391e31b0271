// Every metric of podpipe, in one closed list. Counters count events, not batches; labels take few values.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** Makes the metrics of this process. Those of other services stay without samples and are not shown. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    /** Frames that Kafka has acknowledged: from here on they are podpipe's. */
    received: new Counter({
      name: 'podpipe_ingest_received_total',
      help: 'Frames received and acknowledged by Kafka.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    sessionUp: new Gauge({
      name: 'podpipe_ingest_session_up',
      help: '1 while the session to Proofpoint is open. 0 for minutes: look at the log of ingest.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    receivedBytes: new Counter({
      name: 'podpipe_ingest_received_bytes_total',
      help: 'Bytes of the frames received and acknowledged by Kafka.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    lastFrame: new Gauge({
      name: 'podpipe_ingest_last_frame_timestamp_seconds',
      help: 'When the last live frame came, in seconds since 1970: time() minus this is the silence.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    sessionEnds: new Counter({
      name: 'podpipe_ingest_session_ends_total',
      help: 'Sessions to Proofpoint that ended or could not be opened, each followed by another try. The reason is http_STATUS, close_CODE, unreachable, silent, congested or stopped.',
      labelNames: ['cluster', 'service', 'mode', 'reason'],
      registers,
    }),
    conflicts: new Counter({
      name: 'podpipe_ingest_conflicts_total',
      help: 'Episodes in which Proofpoint answered 409: another session used the API key. Any growth: look for another collector.',
      labelNames: ['cluster', 'service', 'mode'],
      registers,
    }),
    pausedSeconds: new Counter({
      name: 'podpipe_ingest_paused_seconds_total',
      help: 'Time in which a socket to Proofpoint was paused because Kafka was behind.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    inFlightBytes: new Gauge({
      name: 'podpipe_ingest_in_flight_bytes',
      help: 'Bytes received and not yet acknowledged by Kafka. At its bound the socket is paused.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    oversize: new Counter({
      name: 'podpipe_ingest_oversize_total',
      help: 'Frames above 16 MiB, which no Kafka record can hold: left out, with size and digest in the log.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    archiveTodo: new Gauge({
      name: 'podpipe_ingest_archive_hours_todo',
      help: 'Hours still to be fetched from the archive of Proofpoint, also those that it does not serve yet.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    archiveHours: new Counter({
      name: 'podpipe_ingest_archive_hours_total',
      help: 'Hours fetched from the archive.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    gapSeconds: new Counter({
      name: 'podpipe_ingest_gap_seconds_total',
      help: 'Time of which events can no longer be had from Proofpoint. Any growth is a loss; the log has the times.',
      labelNames: ['cluster', 'service'],
      registers,
    }),
    decided: new Counter({
      name: 'podpipe_dedup_events_total',
      help: 'Raw records decided: unique, duplicate or rejected.',
      labelNames: ['service', 'outcome'],
      registers,
    }),
    rejected: new Counter({
      name: 'podpipe_dedup_rejected_total',
      help: 'Raw records rejected, by reason; docs/rejected.md says what each means. The records lie in the rejected topic.',
      labelNames: ['service', 'reason'],
      registers,
    }),
    variants: new Counter({
      name: 'podpipe_dedup_variants_total',
      help: 'Variants published: events whose id was known with another time of its own. They count as unique too. Only with dedup.variants: forward.',
      labelNames: ['service'],
      registers,
    }),
    missedLive: new Counter({
      name: 'podpipe_dedup_missed_live_total',
      help: 'Events that a live stream had missed and the comparison with the archive has found.',
      labelNames: ['service'],
      registers,
    }),
    seenIds: new Gauge({
      name: 'podpipe_dedup_seen_ids',
      help: 'Ids remembered by this process.',
      labelNames: ['service', 'partition'],
      registers,
    }),
    seenBytes: new Gauge({
      name: 'podpipe_dedup_seen_bytes',
      help: 'Memory of the remembered ids of a partition. Their sum is bounded by dedup.max_memory.',
      labelNames: ['service', 'partition'],
      registers,
    }),
    forwarded: new Counter({
      name: 'podpipe_forwarder_events_total',
      help: 'Unique events done with: delivered on evidence from the peer, or rejected.',
      labelNames: ['output', 'service', 'outcome'],
      registers,
    }),
    unconfirmed: new Gauge({
      name: 'podpipe_forwarder_unconfirmed_events',
      help: 'Events written to an output for which its evidence is still awaited.',
      labelNames: ['output'],
      registers,
    }),
    resent: new Gauge({
      name: 'podpipe_forwarder_resent_events',
      help: 'Events sent again since the start because their connection ended without evidence; an upper bound of what the peer has twice.',
      labelNames: ['output'],
      registers,
    }),
    evidence: new Gauge({
      name: 'podpipe_forwarder_evidence',
      help: '1 for the evidence by which an output is confirmed now: close_notify, fin (plain TCP), bare_fin, acked or written; docs/confirmation.md says what each proves.',
      labelNames: ['output', 'evidence'],
      registers,
    }),
    confirmed: new Gauge({
      name: 'podpipe_forwarder_confirmed_events',
      help: 'Events confirmed since the start, by the evidence.',
      labelNames: ['output', 'evidence'],
      registers,
    }),
    stretchEnds: new Gauge({
      name: 'podpipe_forwarder_connection_ends',
      help: 'How connections to an output ended since the start: clean, fin, bareFin, reset, timeout or error; those that go on behind their stretches count when they break.',
      labelNames: ['output', 'ending'],
      registers,
    }),
    certificateDays: new Gauge({
      name: 'podpipe_forwarder_certificate_days',
      help: 'Days until a certificate of an output ends: cert is the client certificate, chain the first one of the chain. Below 30: renew it.',
      labelNames: ['output', 'file'],
      registers,
    }),
    lag: new Gauge({
      name: 'podpipe_lag_records',
      help: 'Records of a partition that are not done yet, by consumer.',
      labelNames: ['consumer', 'topic', 'partition'],
      registers,
    }),
  }
}
