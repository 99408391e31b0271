// The group `inputs`: Proofpoint clusters with their keys, and the streams that are read from each.
// Names, defaults and rules are those of Devo's "Proofpoint on Demand" collector page, with podpipe's own beside them.

import { ignored, type MapItem, type Shape } from './shape.ts'

/** One entry of `services`. */
export const serviceKeys = {
  request_period_in_seconds: {
    format: 'seconds',
    default: 60,
    min: 1,
    // A timer of Node takes no more: 2^31 milliseconds.
    max: 2_147_483,
    since: 'vendor',
    doc: 'How long to wait before a session that was refused is tried again.',
    sample: '60',
  },
  start_time: {
    format: 'startTime',
    default: undefined,
    since: 'vendor',
    doc: 'Fetch events from this time on first; at most 30 days back.',
    otherwise: 'live events only',
    example: '2024-05-22T00:00:00Z',
  },
  override_tag_base: {
    format: 'tag',
    default: undefined,
    since: 'vendor',
    doc: 'The Devo tag of these events.',
    otherwise: '`mail.proofpoint.pod.<service>`',
    example: 'mail.proofpoint.pod.message',
  },
  override_url_base: {
    format: 'url',
    default: undefined,
    quiet: true,
    since: 'vendor',
    doc: 'The wss URL, in place of the public one of Proofpoint; podpipe adds the query.',
    otherwise: '`wss://logstream.proofpoint.com:443/v1/stream`',
    example: 'wss://logstream.proofpoint.com:443/v1/stream',
  },
  allow_insecure: {
    format: 'yesNo',
    default: false,
    since: '0.1.0',
    doc: 'Whether override_url_base may be ws://, without TLS; for trials only.',
  },
  ca: {
    format: 'text',
    default: undefined,
    since: '0.1.0',
    doc: "A PEM file in certs/ with further authorities for the server's certificate.",
    otherwise: 'those of the system',
    example: 'chain.crt',
  },
  type: {
    format: 'word',
    default: undefined,
    since: '0.1.0',
    doc: 'What Proofpoint calls this kind of event.',
    otherwise: 'the name of the service',
    example: 'quarantine',
  },
  id_field: {
    format: 'fieldName',
    default: undefined,
    since: '0.1.0',
    doc: 'The field that identifies an event.',
    otherwise: '`guid`; of maillog `id`',
    example: 'guid',
  },
  time_field: {
    format: 'fieldName',
    default: undefined,
    since: '0.1.0',
    doc: "The field with an event's own time.",
    otherwise: '`ts`',
    example: 'ts',
  },
} as const satisfies Shape

const vendorServiceKeys = {
  request_period_in_seconds: undefined,
  start_time: undefined,
  override_tag_base: undefined,
  override_url_base: undefined,
}

const services = {
  format: 'map',
  default: undefined,
  since: 'vendor',
  required: true,
  doc: 'The streams to read: message, maillog, audit, and others by their type.',
  kinds: [{ title: '', types: [], keys: serviceKeys }],
  examples: [
    {
      name: 'message',
      kind: 0,
      isShown: true,
      only: { ...vendorServiceKeys, allow_insecure: undefined, ca: undefined },
    },
    { name: 'maillog', kind: 0, isShown: true, only: { request_period_in_seconds: undefined } },
    { name: 'audit', kind: 0, isShown: false, only: {}, doc: 'podpipe reads audit events too' },
    {
      name: 'quarantine',
      kind: 0,
      isShown: false,
      only: { type: undefined, id_field: undefined, time_field: undefined },
      doc: 'a further kind of event, should Proofpoint offer one, under a name of your own',
    },
  ],
} as const satisfies MapItem

/** One entry of `inputs`. */
export const inputKeys = {
  id: {
    format: 'text',
    default: undefined,
    required: true,
    minLength: 1,
    maxLength: 5,
    since: 'vendor',
    doc: 'A short id of the input, free to choose.',
    sample: '<unique_id>',
  },
  enabled: {
    format: 'yesNo',
    default: true,
    since: 'vendor',
    doc: 'Whether the input runs.',
    sample: 'true',
  },
  credentials: {
    cluster_id: {
      format: 'text',
      default: undefined,
      required: true,
      since: 'vendor',
      doc: 'The cluster id that Proofpoint shows under Settings > API Key Management.',
      sample: '<cluster_id>',
    },
    api_key: {
      format: 'token',
      default: undefined,
      required: true,
      sensitive: true,
      secret: { fileKey: 'api_key_file', variable: 'PODPIPE_API_KEY' },
      since: 'vendor',
      doc: 'The API key from the same page; or name a file that holds it under api_key_file.',
      sample: '<api_key>',
    },
    api_key_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      since: '0.1.0',
      doc: 'A file that holds the API key and nothing else, in certs/.',
      example: 'api_key',
    },
    backfill_api_key: {
      format: 'token',
      default: undefined,
      sensitive: true,
      secret: { fileKey: 'backfill_api_key_file', variable: 'PODPIPE_BACKFILL_API_KEY' },
      since: '0.1.0',
      doc: 'A second API key of the same cluster, to read the archive beside the live stream.',
      example: 'a-second-key',
    },
    backfill_api_key_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      since: '0.1.0',
      doc: 'A file that holds the second API key and nothing else, in certs/.',
      example: 'backfill_api_key',
    },
  },
  parameters: ignored('the collector for Proofpoint has none'),
  environment: {
    format: 'text',
    default: undefined,
    since: 'vendor',
    doc: 'A free label such as prod.',
    sample: 'prod',
  },
  proxy: {
    format: 'proxy',
    default: undefined,
    sensitive: true,
    since: '0.1.0',
    doc: 'The HTTP proxy on the way to Proofpoint; NO_PROXY has no say then.',
    otherwise: '`HTTPS_PROXY` and `NO_PROXY`',
    example: 'http://user:password@proxy.example.com:3128',
  },
  services,
} as const satisfies Shape

/** The group `inputs`. */
export const inputs = {
  format: 'map',
  default: undefined,
  since: 'vendor',
  required: true,
  doc: 'What is read: one entry a Proofpoint cluster.',
  kinds: [{ title: '', types: [], keys: inputKeys }],
  examples: [{ name: 'proofpoint_on_demand', kind: 0, isShown: true }],
} as const satisfies MapItem
