// The group `globals`. Names, defaults and rules are those of Devo's "Proofpoint on Demand" collector page and its SDK.

import { ignored, type Shape } from './shape.ts'

const queues = 'Kafka is the queue, on disk, and kafka.* and forwarder.* are its settings'
const redis = 'the state is in Kafka'

/** How an output compresses; the vendor has the same as globals, which count where an output says nothing. */
export const compressionKeys = {
  threshold: {
    format: 'share',
    default: undefined,
    since: '0.1.0',
    doc: 'The share of the buffer in use from which on events are compressed; below 0 always, above 1 never.',
    otherwise: 'the one of globals',
    example: '1.1',
  },
  level: {
    format: 'whole',
    default: undefined,
    min: -1,
    max: 9,
    since: '0.1.0',
    doc: "The level of gzip, 1 to 9; -1 for gzip's own choice.",
    otherwise: 'the one of globals',
    example: '6',
  },
  buffer: {
    format: 'size',
    default: undefined,
    min: '1KiB',
    max: '16MiB',
    since: '0.1.0',
    doc: 'Bytes of events in one gzip member.',
    otherwise: 'the one of globals',
    example: '51200',
  },
} as const satisfies Shape

/** The group `globals`. */
export const globalKeys = {
  debug: {
    format: 'yesNo',
    default: false,
    since: 'vendor',
    doc: 'Write a log line for everything.',
    sample: 'false',
  },
  id: {
    format: 'text',
    default: 'podpipe',
    since: 'vendor',
    usualLength: [1, 5],
    doc: 'The id of the collector.',
    sample: 'not_used',
  },
  name: {
    format: 'text',
    default: 'podpipe',
    since: 'vendor',
    usualLength: [1, 10],
    doc: 'The name of the collector.',
    sample: 'proofpoint-on-demand',
  },
  persistence: {
    type: {
      format: 'choice',
      default: 'filesystem',
      choices: ['filesystem', 'memory', 'redis'],
      since: 'vendor',
      doc: "Where the vendor's collector keeps its state; podpipe has it in Kafka, and so on disk.",
      sample: 'filesystem',
    },
    config: {
      directory_name: {
        format: 'text',
        default: 'state',
        since: 'vendor',
        doc: "The folder of podpipe's own Kafka, beside config/.",
        sample: 'state',
      },
      host: ignored(redis),
      port: ignored(redis),
      password: ignored(redis),
      db: ignored(redis),
      socket_timeout: ignored(redis),
    },
  },
  multiprocessing: {
    format: 'yesNo',
    default: true,
    since: 'vendor',
    doc: 'Run each service in a process of its own.',
  },
  queue_max_size_in_mb: ignored(queues),
  queue_max_size_in_messages: ignored(queues),
  queue_max_elapsed_time_in_sec: ignored(queues),
  queue_wrap_max_size_in_messages: ignored(queues),
  queue_generate_metrics: ignored('every service shows its figures at /metrics'),
  sender_stats_period_in_sec: ignored('every service shows its figures at /metrics'),
  devo_sender_threshold_for_using_gzip_in_transport_layer: {
    format: 'share',
    default: 1.1,
    since: 'vendor',
    doc: 'The share of the buffer in use from which on outputs compress; below 0 always, above 1 never.',
  },
  devo_sender_compression_level: {
    format: 'whole',
    default: 6,
    min: -1,
    max: 9,
    since: 'vendor',
    doc: "The level of gzip of all outputs, 1 to 9; -1 for gzip's own choice.",
  },
  devo_sender_compression_buffer_in_bytes: {
    format: 'size',
    default: 51_200,
    min: '1KiB',
    max: '16MiB',
    since: 'vendor',
    doc: 'Bytes of events in one gzip member, of all outputs.',
  },
  generate_collector_details: ignored('podpipe sends Proofpoint events only, none about itself'),
} as const satisfies Shape
