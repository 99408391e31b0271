// The keys of the vendor's config.yaml: globals, inputs, outputs and everything below them.
// Names, defaults and rules are those of Devo's "Proofpoint on Demand" collector page and its SDK.

import { ignored, mapOf, type Shape } from './shape.ts'

const queues = 'Kafka is the queue, on disk, and kafka.* and forwarder.* are its settings'
const retries = 'podpipe tries again until the events are delivered'
const redis = 'the state is in Kafka'

/** How an output compresses; the vendor has the same as globals, which count where an output says nothing. */
const compressionKeys = {
  threshold: {
    format: 'share',
    default: undefined,
    doc: 'The share of the buffer in use from which on events are compressed; below 0 always, above 1 never.',
  },
  level: {
    format: 'whole',
    default: undefined,
    min: -1,
    max: 9,
    doc: "The level of gzip, 1 to 9; -1 for gzip's own choice.",
  },
  buffer: {
    format: 'size',
    default: undefined,
    min: '1KiB',
    max: '16MiB',
    doc: 'Bytes of events in one gzip member.',
  },
} as const satisfies Shape

/** The group `globals`. */
export const globalKeys = {
  debug: { format: 'yesNo', default: false, doc: 'Write a log line for everything.' },
  id: { format: 'text', default: 'podpipe', doc: 'The id of the collector.' },
  name: { format: 'text', default: 'podpipe', doc: 'The name of the collector.' },
  persistence: {
    type: {
      format: 'choice',
      default: 'filesystem',
      choices: ['filesystem', 'memory', 'redis'],
      doc: 'Where the state is kept.',
    },
    config: {
      directory_name: { format: 'text', default: 'state', doc: 'The folder of the embedded broker.' },
      host: ignored(redis),
      port: ignored(redis),
      password: ignored(redis),
      db: ignored(redis),
      socket_timeout: ignored(redis),
    },
  },
  multiprocessing: { format: 'yesNo', default: true, doc: 'Run each service in a process of its own.' },
  queue_max_size_in_mb: ignored(queues),
  queue_max_size_in_messages: ignored(queues),
  queue_max_elapsed_time_in_sec: ignored(queues),
  queue_wrap_max_size_in_messages: ignored(queues),
  queue_generate_metrics: ignored('every service shows its figures at /metrics'),
  sender_stats_period_in_sec: ignored('every service shows its figures at /metrics'),
  devo_sender_threshold_for_using_gzip_in_transport_layer: {
    ...compressionKeys.threshold,
    default: 1.1,
  },
  devo_sender_compression_level: { ...compressionKeys.level, default: 6 },
  devo_sender_compression_buffer_in_bytes: { ...compressionKeys.buffer, default: 51_200 },
  generate_collector_details: ignored('podpipe sends Proofpoint events only, none about itself'),
} as const satisfies Shape

/** One entry of `inputs`. */
export const inputKeys = {
  id: { format: 'text', default: undefined, required: true, doc: 'A short id of the input, free to choose.' },
  enabled: { format: 'yesNo', default: true, doc: 'Whether the input runs.' },
  credentials: {
    cluster_id: {
      format: 'text',
      default: undefined,
      required: true,
      doc: 'The cluster id that Proofpoint shows under Settings > API Key Management.',
    },
    api_key: {
      format: 'token',
      default: undefined,
      required: true,
      unless: { keys: ['api_key_file'], variables: ['PODPIPE_API_KEY', 'PODPIPE_API_KEY_FILE'] },
      sensitive: true,
      doc: 'The API key from the same page; or name a file that holds it under api_key_file.',
    },
    api_key_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      doc: 'A file that holds the API key and nothing else, in certs/.',
    },
    backfill_api_key: {
      format: 'token',
      default: undefined,
      sensitive: true,
      doc: 'A second API key of the same cluster, so that the archive is read beside the live stream.',
    },
    backfill_api_key_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      doc: 'A file that holds the second API key and nothing else, in certs/.',
    },
  },
  parameters: ignored('the collector for Proofpoint has none'),
  environment: { format: 'text', default: undefined, doc: 'A free label such as prod.' },
  proxy: {
    format: 'proxy',
    default: undefined,
    sensitive: true,
    doc: 'The HTTP proxy on the way to Proofpoint, in place of HTTPS_PROXY.',
  },
  services: mapOf('The streams to read: message, maillog, audit, and others by their type.', true),
} as const satisfies Shape

/** One entry of `services`. */
export const serviceKeys = {
  type: { format: 'word', default: undefined, doc: 'What Proofpoint calls this kind of event.' },
  id_field: { format: 'fieldName', default: undefined, doc: 'The field that identifies an event.' },
  time_field: { format: 'fieldName', default: undefined, doc: "The field with an event's own time." },
  request_period_in_seconds: {
    format: 'seconds',
    default: 60,
    min: 1,
    max: 86_400,
    doc: 'How long to wait before a session that was refused is tried again.',
  },
  start_time: { format: 'startTime', default: undefined, doc: 'Fetch events from this time on first.' },
  override_tag_base: { format: 'tag', default: undefined, doc: 'The Devo tag, in place of the usual one.' },
  override_url_base: {
    format: 'url',
    default: undefined,
    quiet: true,
    doc: 'The wss URL, in place of the public one of Proofpoint.',
  },
  allow_insecure: {
    format: 'yesNo',
    default: false,
    doc: 'Whether override_url_base may be ws://, without TLS; for trials only.',
  },
  ca: {
    format: 'text',
    default: undefined,
    doc: "A PEM file with further authorities for the server's certificate, in certs/.",
  },
} as const satisfies Shape

const tlsFile = { format: 'text', default: undefined, required: true } as const

/** The vendor's types of output and what podpipe does for them. */
export const outputKinds = {
  devo_platform: 'tls',
  relay: 'tls',
  syslog: 'tcp',
  in_house_relay: 'tcp',
  sidecar: 'tcp',
  console: 'console',
  stdout: 'console',
} as const

/** By what an output's events may be confirmed. */
export const confirmations = ['auto', 'closed', 'acked', 'written'] as const

const anyOutput = {
  type: {
    format: 'text',
    default: undefined,
    required: true,
    doc: `The kind of output: ${Object.keys(outputKinds).join(', ')}.`,
  },
  enabled: { format: 'yesNo', default: true, doc: 'Whether the output runs.' },
  services: {
    format: 'names',
    default: undefined,
    doc: 'The services whose events it takes, such as [message, maillog]; all if absent.',
  },
  max_event_bytes: {
    format: 'size',
    default: undefined,
    min: '1KiB',
    max: '16MiB',
    doc: 'Longer events, counted with their header, are rejected; no limit if absent.',
  },
} as const satisfies Shape

const confirm = {
  format: 'choice',
  default: 'auto',
  choices: confirmations,
  doc: 'The evidence on which events are committed: auto, closed, acked or written.',
} as const

const connections = {
  format: 'whole',
  default: 4,
  min: 1,
  max: 64,
  doc: 'Connections at once, all but one awaiting the end of the peer; with 1 events arrive in order.',
} as const

const address = {
  format: 'address',
  default: undefined,
  required: true,
  aliases: ['url', 'location'],
  doc: 'The host name of the endpoint.',
} as const

const attempts = {
  connecting_retries: ignored(retries),
  connecting_max_wait_in_seconds: ignored(retries),
  connecting_initial_wait_in_seconds: ignored(retries),
  sending_timeout: ignored(retries),
  sending_retries: ignored(retries),
  sending_max_wait_in_seconds: ignored(retries),
  sending_initial_wait_in_seconds: ignored(retries),
} as const satisfies Shape

/** One entry of `outputs` that leads to Devo or a relay over TLS. */
export const tlsOutputKeys = {
  ...anyOutput,
  confirm,
  connections,
  compression: compressionKeys,
  config: {
    address,
    port: { format: 'whole', default: 443, min: 1, max: 65_535, doc: 'The port of the Devo endpoint.' },
    type: { format: 'text', default: 'SSL', doc: 'The transport: SSL.' },
    chain: { ...tlsFile, aliases: ['chain_loc'], doc: 'The file with the chain of Devo, in certs/.' },
    cert: { ...tlsFile, aliases: ['cert_loc'], doc: 'The file with the client certificate, in certs/.' },
    key: { ...tlsFile, aliases: ['key_loc'], doc: 'The file with its private key, in certs/.' },
    check_hostname: {
      format: 'yesNo',
      default: true,
      doc: 'Whether the certificate of the endpoint must bear its host name.',
    },
    security_level: {
      format: 'whole',
      default: undefined,
      min: 0,
      max: 5,
      doc: "The security level of OpenSSL; 1 takes certificates that are weaker than today's rule.",
    },
    system_roots: {
      format: 'yesNo',
      default: true,
      doc: 'Whether a public authority may vouch for the endpoint as well as the chain.',
    },
    ...attempts,
  },
} as const satisfies Shape

/** Refused with a reason of its own. */
const plainFile = { format: 'text', default: undefined, doc: 'Only for TLS.' } as const

/** One entry of `outputs` that leads to a receiver on plain TCP. */
export const plainOutputKeys = {
  ...anyOutput,
  confirm,
  connections,
  config: {
    address,
    port: {
      format: 'whole',
      default: undefined,
      required: true,
      min: 1,
      max: 65_535,
      doc: "The port of the receiver; 13000 is a Devo relay's for events that bear their tag.",
    },
    type: { format: 'text', default: 'TCP', doc: 'The transport: TCP.' },
    chain: { ...plainFile, aliases: ['chain_loc'] },
    cert: { ...plainFile, aliases: ['cert_loc'] },
    key: { ...plainFile, aliases: ['key_loc'] },
    ...attempts,
  },
} as const satisfies Shape

/** One entry of `outputs` that leads to the standard output. */
export const consoleOutputKeys = { ...anyOutput, config: {} } as const satisfies Shape
