// The group `console`: the page in the browser.

import { consoleAccessKeys } from './console-access.ts'
import type { Shape } from './shape.ts'

/** The group `console`. */
export const consoleKeys = {
  enabled: {
    format: 'yesNo',
    default: true,
    since: '0.1.0',
    doc: 'Whether `podpipe run all` runs the console too.',
  },
  host: {
    format: 'address',
    default: '127.0.0.1',
    env: 'PODPIPE_CONSOLE_HOST',
    since: '0.1.0',
    doc: 'The address on which the console is served.',
  },
  port: {
    format: 'whole',
    default: 8100,
    min: 0,
    max: 65_535,
    since: '0.1.0',
    doc: 'Its port; 0 is any free one.',
  },
  base_path: {
    format: 'basePath',
    default: '/',
    since: '0.1.0',
    doc: 'The path below which a proxy hands its requests on.',
  },
  services: {
    format: 'places',
    default: [],
    env: 'PODPIPE_CONSOLE_SERVICES',
    since: '0.1.0',
    doc: 'Where the services answer that the console watches, each host:port; a name with several addresses means all of them. Empty means those of this machine.',
    example: '["ingest:8101", "dedup:8102", "forwarder:8103"]',
  },
  secret_key: {
    format: 'tokens',
    default: undefined,
    sensitive: true,
    secret: { fileKey: 'secret_key_file', variable: 'PODPIPE_CONSOLE_SECRET_KEY' },
    since: '0.1.0',
    doc: 'What the API keys of collectors that are defined in the console, and the cookies of people who sign in, are sealed with; 32 characters at least, such as `openssl rand -base64 32` prints. ingest needs the same one. Of several, one a line in a file, the first seals and all open: so a key is exchanged.',
    otherwise: 'none: such collectors cannot be kept, and a restart signs everybody out',
    example: 'what-openssl-rand-base64-32-prints',
  },
  secret_key_file: {
    format: 'text',
    default: undefined,
    quiet: true,
    since: '0.1.0',
    doc: 'A file that holds this key, or these keys, and nothing else, in certs/.',
    example: 'console.key',
  },
  ...consoleAccessKeys,
} as const satisfies Shape
