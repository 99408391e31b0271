// Certificates for tests, made at run time: one authority, a server for 127.0.0.1 and localhost, a client.
// Only tests import this file.

import { generate } from 'selfsigned'

export interface Pair {
  readonly cert: string
  readonly key: string
}

const ecKey = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/** An authority of its own, with a name to tell it from others. */
export async function createAuthority(commonName = 'podpipe test authority'): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...ecKey,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** A server's certificate. `notAfter` in the past makes an expired one. */
export async function createServerPair(
  ca: Pair,
  names: { readonly dns: string; readonly ip?: string } = { dns: 'localhost', ip: '127.0.0.1' },
  notAfter?: Date,
): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: names.dns }], {
    ...ecKey,
    ca,
    ...(notAfter && { notBeforeDate: new Date(notAfter.getTime() - 86_400_000), notAfterDate: notAfter }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: names.dns },
          ...(names.ip === undefined ? [] : [{ type: 7 as const, ip: names.ip }]),
        ],
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** A client's certificate. */
export async function createClientPair(ca: Pair, commonName = 'client'): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...ecKey,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}
