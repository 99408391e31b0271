// The group `outputs`: where events go, over TLS, on plain TCP, or to the standard output.
// Names, defaults and rules are those of Devo's "Proofpoint on Demand" collector page and its SDK, with podpipe's own.

import { compressionKeys } from './globals.ts'
import { ignored, type MapItem, type Shape } from './shape.ts'

const retries = 'podpipe tries again until the events are delivered'

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

const typesOf = (kind: (typeof outputKinds)[keyof typeof outputKinds]): string[] =>
  Object.entries(outputKinds).flatMap(([type, each]) => (each === kind ? [type] : []))

/** By what an output's events may be confirmed. */
export const confirmations = ['auto', 'closed', 'acked', 'written'] as const

const anyOutput = {
  type: {
    format: 'text',
    default: undefined,
    required: true,
    since: 'vendor',
    doc: `The kind of output: ${Object.keys(outputKinds).join(', ')}.`,
    sample: 'devo_platform',
  },
  enabled: { format: 'yesNo', default: true, since: '0.1.0', doc: 'Whether the output runs.' },
  services: {
    format: 'names',
    default: undefined,
    since: '0.1.0',
    doc: 'The services whose events it takes.',
    otherwise: 'all',
    example: '[message, maillog]',
  },
  max_event_bytes: {
    format: 'size',
    default: undefined,
    min: '1KiB',
    max: '16MiB',
    since: '0.1.0',
    doc: 'Longer events, counted with their header, are rejected.',
    otherwise: 'no limit',
    example: '16MiB',
  },
} as const satisfies Shape

const confirm = {
  format: 'choice',
  default: 'auto',
  choices: confirmations,
  since: '0.1.0',
  doc: 'The evidence on which events are committed: auto, closed, acked or written; docs/confirmation.md.',
} as const

const connections = {
  format: 'whole',
  default: 4,
  min: 1,
  max: 64,
  since: '0.1.0',
  doc: 'Connections at once, all but one awaiting the end of the peer; with 1 events arrive in order.',
} as const

const address = {
  format: 'address',
  default: undefined,
  required: true,
  aliases: ['url', 'location'],
  since: 'vendor',
  doc: 'The host name of the endpoint.',
  sample: 'collector-us.devo.io',
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

const tlsFile = {
  format: 'text',
  default: undefined,
  required: true,
  usualLength: [4, 20],
  since: 'vendor',
} as const

/** One entry that leads to Devo or a relay over TLS. */
export const tlsOutputKeys = {
  ...anyOutput,
  confirm,
  connections,
  compression: compressionKeys,
  config: {
    address,
    port: {
      format: 'whole',
      default: 443,
      min: 1,
      max: 65_535,
      since: 'vendor',
      doc: 'The port of the Devo endpoint.',
      sample: '443',
    },
    type: { format: 'text', default: 'SSL', since: 'vendor', doc: 'The transport: SSL.', sample: 'SSL' },
    chain: {
      ...tlsFile,
      aliases: ['chain_loc'],
      doc: 'The file with the chain of Devo, in certs/.',
      sample: 'chain.crt',
    },
    cert: {
      ...tlsFile,
      aliases: ['cert_loc'],
      doc: 'The file with the client certificate, in certs/.',
      sample: '<devo_domain>.crt',
    },
    key: {
      ...tlsFile,
      aliases: ['key_loc'],
      doc: 'The file with its private key, in certs/.',
      sample: '<devo_domain>.key',
    },
    check_hostname: {
      format: 'yesNo',
      default: true,
      since: '0.1.0',
      doc: 'Whether the certificate of the endpoint must bear its host name.',
    },
    system_roots: {
      format: 'yesNo',
      default: true,
      since: '0.1.0',
      doc: 'Whether a public authority may vouch for the endpoint as well as the chain.',
    },
    security_level: {
      format: 'whole',
      default: undefined,
      min: 0,
      max: 5,
      since: '0.1.0',
      doc: "The security level of OpenSSL; 1 takes certificates that are weaker than today's rule.",
      otherwise: "OpenSSL's own",
      example: '1',
    },
    ...attempts,
  },
} as const satisfies Shape

/** Refused with a reason of its own. */
const plainFile = {
  format: 'text',
  default: undefined,
  since: 'vendor',
  doc: 'Refused here: the file belongs to TLS.',
} as const

/** One entry that leads to a receiver on plain TCP. */
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
      since: 'vendor',
      doc: "The port of the receiver; 13000 is a Devo relay's for events that bear their tag.",
    },
    type: { format: 'text', default: 'TCP', since: 'vendor', doc: 'The transport: TCP.' },
    chain: { ...plainFile, aliases: ['chain_loc'] },
    cert: { ...plainFile, aliases: ['cert_loc'] },
    key: { ...plainFile, aliases: ['key_loc'] },
    ...attempts,
  },
} as const satisfies Shape

/** One entry that leads to the standard output. */
export const consoleOutputKeys = { ...anyOutput, config: {} } as const satisfies Shape

/** The group `outputs`. */
export const outputs = {
  format: 'map',
  default: undefined,
  since: 'vendor',
  required: true,
  doc: 'Where it goes: one entry a Devo endpoint.',
  kinds: [
    { title: 'over TLS', types: typesOf('tls'), keys: tlsOutputKeys },
    { title: 'on plain TCP', types: typesOf('tcp'), keys: plainOutputKeys },
    { title: 'to the standard output', types: typesOf('console'), keys: consoleOutputKeys },
  ],
  examples: [
    { name: 'devo_1', kind: 0, isShown: true },
    {
      name: 'plain_relay',
      kind: 1,
      isShown: false,
      only: { type: 'syslog', 'config.address': '127.0.0.1', 'config.port': '13000' },
      doc: 'a receiver on plain TCP beside it, such as a Devo relay',
    },
  ],
} as const satisfies MapItem
