// Whether PEM texts are what TLS needs: certificates, a private key, and that the two belong together. Pure.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext, DEFAULT_CIPHERS } from 'node:tls'
import { reasonOf } from '../../errors.ts'

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** What is wrong with a file of one or more certificates, or undefined. */
export function certificateFault(pem: string): string | undefined {
  const blocks = pem.match(certificateBlock) ?? []
  if (blocks.length === 0) {
    return pem.includes('PRIVATE KEY-----')
      ? 'holds a private key and no certificate; perhaps the two files are swapped; name the certificate'
      : 'holds no PEM certificate; it must have a line -----BEGIN CERTIFICATE-----; download it again as PEM'
  }
  const broken = blocks.findIndex(block => parseCertificate(block) === undefined)
  if (broken < 0) return undefined
  return `holds a certificate that cannot be read (number ${broken + 1} of ${blocks.length}); the file is damaged; download it again`
}

/** What is wrong with a file of one private key, or undefined. */
export function keyFault(pem: string): string | undefined {
  if (parseKey(pem) !== undefined) return undefined
  if (pem.includes('ENCRYPTED')) {
    return 'holds a key with a passphrase, and podpipe cannot ask for it; store it without: openssl pkey -in OLD -out NEW'
  }
  if (pem.includes('PRIVATE KEY-----')) {
    return 'holds a private key that cannot be read; the file is damaged; download it again'
  }
  return pem.includes('BEGIN CERTIFICATE')
    ? 'holds a certificate and no private key; perhaps the two files are swapped; name the key'
    : 'holds no PEM private key; it must have a line -----BEGIN PRIVATE KEY-----; download it again as PEM'
}

/** What is wrong between a certificate and a key that are each good, or undefined. */
export function pairFault(certificate: string, key: string): string | undefined {
  const [parsed, privateKey] = [leafOf(certificate), parseKey(key)]
  if (parsed === undefined || privateKey === undefined || parsed.checkPrivateKey(privateKey)) return undefined
  return 'does not belong to the certificate; the handshake would be refused; name the key that was downloaded with it'
}

/** The same of a key beside a certificate; whether the two belong together can only be said when each is good by itself. */
export const keyFaultBeside =
  (certificate: string | undefined) =>
  (key: string): string | undefined =>
    keyFault(key) ?? (certificate === undefined ? undefined : pairFault(certificate, key))

/** Why OpenSSL would not begin a handshake with texts that are each good, or undefined. */
export function materialFault(
  { cert, key, chain }: { readonly cert: string; readonly key: string; readonly chain: string },
  securityLevel: number | undefined,
): string | undefined {
  try {
    createSecureContext({
      cert,
      key,
      ca: chain,
      ...(securityLevel !== undefined && { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=${securityLevel}` }),
    })
    return undefined
  } catch (error) {
    return `does not go with these certificates: OpenSSL says ${reasonOf(error).split(':').at(-1)}; no connection could begin; get new certificates from Devo, or set security_level: 1 if it may be as weak as that`
  }
}

/** When the first certificate of a text ends, or undefined if there is none. */
export const expiryOf = (pem: string): Date | undefined => {
  const certificate = leafOf(pem)
  return certificate === undefined ? undefined : new Date(certificate.validTo)
}

/** The certificates of a text, those that can be read, in their order. */
export const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(certificateBlock) ?? []).flatMap(block => parseCertificate(block) ?? [])

// The first certificate of a file is the one that the key belongs to; the others lead to its root.
function leafOf(pem: string): X509Certificate | undefined {
  const [first] = pem.match(certificateBlock) ?? []
  return first === undefined ? undefined : parseCertificate(first)
}

function parseCertificate(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block)
  } catch {
    return undefined
  }
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
