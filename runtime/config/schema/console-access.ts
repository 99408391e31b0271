// The part of the group `console` that says who may come in, as whom, and how that is kept safe.

import type { Shape } from './shape.ts'

/** What somebody may do in the console, from least to most. */
export const consoleRoles = ['viewer', 'operator', 'admin'] as const

/** A role, or nobody. */
export const rolesOrNone = ['none', ...consoleRoles] as const

const role = { format: 'choice', since: '0.1.0' } as const

/** One entry of `console.users`. */
export const userKeys = {
  password_hash: {
    format: 'passwordHash',
    default: undefined,
    required: true,
    sensitive: true,
    secret: { fileKey: 'password_hash_file' },
    since: '0.1.0',
    doc: 'The password as `podpipe console hash-password` prints it.',
    example: '$scrypt$ln=15,r=8,p=3$c2l4dGVlbiBieXRlcyAhIQ$bm90IHRoZSBoYXNoIG9mIGFueSBwYXNzd29yZCBhdCBhbGw',
  },
  password_hash_file: {
    format: 'text',
    default: undefined,
    quiet: true,
    since: '0.1.0',
    doc: 'A file that holds this hash and nothing else, in certs/.',
    example: 'anna.hash',
  },
  role: {
    ...role,
    default: 'viewer',
    choices: consoleRoles,
    doc: 'What the person may do: viewer, operator or admin; docs/security.md.',
    example: 'admin',
  },
} as const satisfies Shape

/** Further keys of the group `console`. */
export const consoleAccessKeys = {
  users: {
    format: 'map',
    default: undefined,
    since: '0.1.0',
    required: false,
    doc: 'Who may sign in to the console with a password: one entry a person.',
    kinds: [{ title: '', types: [], keys: userKeys }],
    examples: [{ name: 'anna', kind: 0, isShown: false }],
  },
  content: {
    ...role,
    default: 'operator',
    choices: rolesOrNone,
    doc: 'From which role on the content of events is shown: viewer, operator, admin; or none, to nobody.',
  },
  session: {
    idle: {
      format: 'duration',
      default: '1h',
      min: '1m',
      max: '30d',
      since: '0.1.0',
      doc: 'A session of the console ends when nothing was done for so long.',
    },
    life: {
      format: 'duration',
      default: '12h',
      min: '1m',
      max: '7d',
      since: '0.1.0',
      doc: 'A session of the console ends so long after its beginning in any case.',
    },
  },
  public_url: {
    format: 'webUrl',
    default: undefined,
    since: '0.1.0',
    doc: 'The address of the console in the browser, where a proxy stands before it or people sign in by OpenID Connect.',
    otherwise: 'the one that it is asked by',
    example: 'https://podpipe.example.com/',
  },
  groups: {
    viewer: {
      format: 'names',
      default: ['podpipe-viewers'],
      since: '0.1.0',
      doc: 'Groups whose people are viewers, as OpenID Connect or the proxy name them.',
    },
    operator: {
      format: 'names',
      default: ['podpipe-operators'],
      since: '0.1.0',
      doc: 'Groups whose people are operators.',
    },
    admin: {
      format: 'names',
      default: ['podpipe-admins'],
      since: '0.1.0',
      doc: 'Groups whose people are admins.',
    },
    otherwise: {
      ...role,
      default: 'none',
      choices: rolesOrNone,
      doc: 'The role of people of no such group; none lets them not in.',
    },
  },
  proxy: {
    addresses: {
      format: 'networks',
      default: [],
      since: '0.1.0',
      doc: 'Addresses of proxies before the console, or networks such as 10.0.0.0/8: what these say of the browser and of its user is believed, and of nobody else.',
      example: '["10.1.2.3"]',
    },
    user_header: {
      format: 'headerName',
      default: undefined,
      since: '0.1.0',
      doc: 'The header in which such a proxy names the person that it has signed in.',
      otherwise: 'none: no proxy signs people in',
      example: 'x-forwarded-user',
    },
    groups_header: {
      format: 'headerName',
      default: undefined,
      since: '0.1.0',
      doc: 'The header in which it names the groups of the person, between commas.',
      otherwise: 'none: all have the role `groups.otherwise`',
      example: 'x-forwarded-groups',
    },
  },
  oidc: {
    issuer: {
      format: 'webUrl',
      default: undefined,
      since: '0.1.0',
      doc: 'The issuer by which people sign in, by OpenID Connect; needs client_id and console.public_url.',
      otherwise: 'none',
      example: 'https://login.example.com/',
    },
    client_id: {
      format: 'text',
      default: undefined,
      since: '0.1.0',
      doc: 'What the issuer calls podpipe. The address to return to, to be entered there, is `api/v1/access/oidc/callback` below public_url.',
      example: 'podpipe',
    },
    client_secret: {
      format: 'text',
      default: undefined,
      sensitive: true,
      secret: { fileKey: 'client_secret_file', variable: 'PODPIPE_CONSOLE_OIDC_CLIENT_SECRET' },
      since: '0.1.0',
      doc: 'The secret of podpipe at the issuer.',
      otherwise: 'none, as of a public client',
      example: 'a-client-secret',
    },
    client_secret_file: {
      format: 'text',
      default: undefined,
      quiet: true,
      since: '0.1.0',
      doc: 'A file that holds this secret and nothing else, in certs/.',
      example: 'oidc-secret',
    },
    scopes: {
      format: 'text',
      default: 'openid profile',
      since: '0.1.0',
      doc: 'What podpipe asks the issuer for, between blanks; some need another scope for groups.',
    },
    name_claim: {
      format: 'text',
      default: 'preferred_username',
      since: '0.1.0',
      doc: 'The claim with the name of the person; where it is missing, `sub` counts.',
    },
    groups_claim: {
      format: 'text',
      default: 'groups',
      since: '0.1.0',
      doc: 'The claim with the groups of the person, a list or one text.',
    },
  },
  tls: {
    enabled: {
      format: 'yesNo',
      default: false,
      since: '0.1.0',
      doc: 'Whether the console itself speaks TLS.',
    },
    cert: {
      format: 'text',
      default: undefined,
      since: '0.1.0',
      doc: 'A PEM file in certs/ with its certificate and those between it and the root; read again when it changes.',
      example: 'console-tls.crt',
    },
    key: {
      format: 'text',
      default: undefined,
      since: '0.1.0',
      doc: 'The file with its private key.',
      example: 'console-tls.key',
    },
  },
} as const satisfies Shape
