// The keys that podpipe adds to the vendor's file at its top level; those below inputs and outputs stand there.
// Each has a default, so that the vendor's file works without any of them.

import { consoleKeys } from './console.ts'
import { kafkaKeys } from './kafka.ts'
import type { Shape } from './shape.ts'

/** What may be logged, from least to most. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

/** What becomes of an event that comes again within the window with another time of its own. */
export const variantFates = ['reject', 'forward'] as const

/** podpipe's own keys at the top level. config.example.yaml names every one of them, by test. */
export const ownKeys = {
  kafka: kafkaKeys,
  ingest: {
    max_in_flight_bytes: {
      format: 'size',
      default: '64MiB',
      min: '64KiB',
      max: '1GiB',
      since: '0.1.0',
      doc: 'Memory that a session may take; when frames on their way to Kafka hold three quarters of it, the socket is paused.',
    },
    pause_limit: {
      format: 'duration',
      default: '20s',
      min: '100ms',
      max: '5m',
      since: '0.1.0',
      doc: 'How long a socket stays paused before it is closed and taken up again.',
    },
    ping_interval: {
      format: 'duration',
      default: '60s',
      min: '100ms',
      max: '4m',
      since: '0.1.0',
      doc: 'Time between pings; Proofpoint drops a silent socket at about 5 minutes.',
    },
    reconcile: {
      format: 'yesNo',
      default: false,
      since: '0.1.0',
      doc: 'Whether every hour is fetched again from the archive, to find what live mode has missed.',
    },
  },
  dedup: {
    window: {
      format: 'duration',
      default: '1h',
      min: '10s',
      max: '30d',
      since: '0.1.0',
      doc: 'How far apart two copies of an event may be and still be known as copies.',
    },
    archive_window: {
      format: 'duration',
      default: undefined,
      min: '10s',
      max: '30d',
      since: '0.1.0',
      doc: 'The same for events from the archive, which come hours late; never below the window.',
      otherwise: '3h or the window, whichever is longer',
      example: '3h',
    },
    max_memory: {
      format: 'size',
      default: '4GiB',
      min: '1MiB',
      max: '1024GiB',
      since: '0.1.0',
      doc: 'Memory of remembered ids, some 22 bytes each, above which dedup pauses; it never forgets early. Those of one partition take 4 GiB at most.',
    },
    variants: {
      format: 'choice',
      default: 'reject',
      choices: variantFates,
      since: '0.1.0',
      doc: 'Whether an event that comes again with another time of its own is rejected or published too.',
    },
    batch_wait: {
      format: 'duration',
      default: '100ms',
      min: '0ms',
      max: '10s',
      since: '0.1.0',
      doc: 'How long a transaction waits for more events.',
    },
    batch_events: {
      format: 'whole',
      default: 2000,
      min: 1,
      max: 5_000,
      since: '0.1.0',
      doc: 'The most events of one transaction.',
    },
  },
  forwarder: {
    stretch_events: {
      format: 'whole',
      default: 4000,
      min: 1,
      max: 1_000_000,
      since: '0.1.0',
      doc: 'Events after which the peer is asked to confirm.',
    },
    stretch_bytes: {
      format: 'size',
      default: '4MiB',
      min: '1KiB',
      max: '1GiB',
      since: '0.1.0',
      doc: 'Bytes after which the peer is asked to confirm, at most: 1.25 MiB at first and when a connection broke, more as more is confirmed.',
    },
    stretch_time: {
      format: 'duration',
      default: '5s',
      min: '10ms',
      max: '25s',
      since: '0.1.0',
      doc: 'Time after which the peer is asked to confirm; Devo closes idle peers at about 30 s.',
    },
    max_buffered_bytes: {
      format: 'size',
      default: '64MiB',
      min: '64KiB',
      max: '8GiB',
      since: '0.1.0',
      doc: 'Bytes of an output that are not confirmed yet, above which it reads no more from Kafka.',
    },
    host: {
      format: 'hostField',
      default: undefined,
      since: '0.1.0',
      doc: 'The HOST of every line in Devo.',
      otherwise: 'the name of this machine',
      example: 'podpipe-1',
    },
  },
  http: {
    bind: {
      format: 'address',
      default: '127.0.0.1',
      env: 'PODPIPE_HTTP_BIND',
      since: '0.1.0',
      doc: 'The address on which health and metrics are served.',
    },
    ingest_port: {
      format: 'whole',
      default: 8101,
      min: 0,
      max: 65_535,
      since: '0.1.0',
      doc: 'Port of ingest; 0 is any free one.',
    },
    dedup_port: {
      format: 'whole',
      default: 8102,
      min: 0,
      max: 65_535,
      since: '0.1.0',
      doc: 'Port of dedup; 0 is any free one.',
    },
    forwarder_port: {
      format: 'whole',
      default: 8103,
      min: 0,
      max: 65_535,
      since: '0.1.0',
      doc: 'Port of forwarder; 0 is any free one.',
    },
    console_port: {
      format: 'whole',
      default: 8104,
      min: 0,
      max: 65_535,
      since: '0.1.0',
      doc: 'Port of console, for health and metrics; 0 is any free one. Its page is under console.',
    },
  },
  console: consoleKeys,
  monitoring: {
    output: {
      format: 'text',
      default: undefined,
      since: '0.1.0',
      doc: 'The output that gets operational messages of podpipe besides its events, in the table devo.collectors.out; one with an address.',
      otherwise: 'none is sent',
      example: 'devo_1',
    },
  },
  stop_budget: {
    format: 'duration',
    default: '20s',
    min: '1s',
    max: '10m',
    since: '0.1.0',
    doc: 'How long a service may take to stop.',
  },
  log_level: {
    format: 'choice',
    default: undefined,
    choices: logLevels,
    env: 'PODPIPE_LOG_LEVEL',
    since: '0.1.0',
    doc: 'What is logged: error, warn, info or debug.',
    otherwise: '`info`; with globals.debug `debug`',
    example: 'info',
  },
} as const satisfies Shape
