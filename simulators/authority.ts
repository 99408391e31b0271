// A certificate authority that lives in memory: a root, an intermediate, and leaf certificates by the latter,
// as the chains of Devo domains are built. All keys are EC P-256, so that making one takes milliseconds.

import { generate } from 'selfsigned'

export interface KeyPair {
  /** PEM; for a server certificate the intermediate follows the leaf. */
  cert: string
  /** PEM, PKCS #8. */
  key: string
}

export interface Authority {
  /** PEM of root and intermediate, what the vendor calls chain.crt. */
  chain: string
  /** A certificate for localhost, 127.0.0.1, ::1 and further host names, for a year or for so many days; a part of one before now. */
  server(hostNames?: readonly string[], days?: number): Promise<KeyPair>
  /** A client certificate in the name of a Devo domain, for a year or for so many days. */
  client(domain: string, days?: number): Promise<KeyPair>
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>

const dayMs = 86_400_000
const validDays = 365
/** Certificates begin to be valid a day ago: clocks of containers differ. */
const leewayMs = dayMs

const authorityExtensions: Extensions = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
]

/** Makes a new authority; two of them never trust each other's certificates. */
export async function createAuthority(name = 'podpipe simulated'): Promise<Authority> {
  const root = await certificate(`${name} root`, authorityExtensions)
  const intermediate = await certificate(`${name} intermediate`, authorityExtensions, root)
  return {
    chain: root.cert + intermediate.cert,
    async server(hostNames = [], days = validDays) {
      const leaf = await certificate('localhost', serverExtensions(hostNames), intermediate, days)
      return { cert: leaf.cert + intermediate.cert, key: leaf.key }
    },
    client: (domain, days = validDays) =>
      certificate(domain, leafExtensions({ name: 'extKeyUsage', clientAuth: true }), intermediate, days),
  }
}

function leafExtensions(...more: Extensions): Extensions {
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    ...more,
  ]
}

function serverExtensions(hostNames: readonly string[]): Extensions {
  return leafExtensions(
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
        { type: 7, ip: '::1' },
        ...hostNames.map(value => ({ type: 2 as const, value })),
      ],
    },
  )
}

async function certificate(
  name: string,
  extensions: Extensions,
  issuer?: KeyPair,
  days = validDays,
): Promise<KeyPair> {
  const now = Date.now()
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - leewayMs),
    notAfterDate: new Date(now + days * dayMs),
    extensions,
    ...(issuer ? { ca: issuer } : {}),
  })
  // Without a line end after each certificate, a chain file would run two of them together.
  return { cert: `${made.cert.trim()}\n`, key: `${made.private.trim()}\n` }
}
