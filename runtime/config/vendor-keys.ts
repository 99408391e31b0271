// The keys of the vendor's config.yaml: globals, inputs, outputs and everything below them.
// Names, defaults and rules are those of Devo's "Proofpoint on Demand" collector page and its SDK.

import { ignored, mapOf, type Shape } from './shape.ts'

const queues = 'Kafka is the queue, on disk, and kafka.* and forwarder.* are its settings'
const compression = 'this version sends plain bytes inside TLS'
const retries = 'podpipe tries again until the events are delivered'
const redis = 'the state is in Kafka'

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
  devo_sender_threshold_for_using_gzip_in_transport_layer: ignored(compression),
  devo_sender_compression_level: ignored(compression),
  devo_sender_compression_buffer_in_bytes: ignored(compression),
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

/** One entry of `outputs`. */
export const outputKeys = {
  type: { format: 'text', default: undefined, required: true, doc: 'The kind of output: devo_platform.' },
  config: {
    address: {
      format: 'address',
      default: undefined,
      required: true,
      aliases: ['url', 'location'],
      doc: 'The host name of the Devo endpoint.',
    },
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
    connecting_retries: ignored(retries),
    connecting_max_wait_in_seconds: ignored(retries),
    connecting_initial_wait_in_seconds: ignored(retries),
    sending_timeout: ignored(retries),
    sending_retries: ignored(retries),
    sending_max_wait_in_seconds: ignored(retries),
    sending_initial_wait_in_seconds: ignored(retries),
  },
} as const satisfies Shape
