// The certificate, key and chain of an output: read from PEM files, checked, made into a secure context.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, DEFAULT_CIPHERS, getCACertificates, type SecureContext } from 'node:tls'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'

/** PEM texts. */
export interface TlsMaterial {
  /** The client certificate, by which Devo knows the domain. */
  readonly cert: string
  readonly key: string
  /** The authorities that the peer is verified against, besides the system's. */
  readonly chain: string
}

/** What an output may ask of TLS besides. */
export interface TlsChoices {
  /** OpenSSL's security level, 0 to 5; 1 takes certificates that are weaker than today's rule. Default OpenSSL's own. */
  readonly securityLevel?: number | undefined
  /** Whether a public authority may vouch for the peer as well; default true. */
  readonly systemRoots?: boolean
}

/** Paths of the PEM files. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly chain: string
}

/**
 * Reads the three files. Synchronous: they are small, and a half of them is of no use.
 * @throws ConfigurationError naming the file, what is wrong with it and what to do
 */
export function readTlsMaterial(files: TlsFiles): TlsMaterial {
  const cert = readPem(files.cert, 'client certificate (cert)')
  const key = readPem(files.key, 'private key (key)')
  const chain = readPem(files.chain, 'certificate chain (chain)')
  const certificate = parse(files.cert, 'client certificate (cert)', () => new X509Certificate(cert))
  const privateKey: KeyObject = parse(files.key, 'private key (key)', () => createPrivateKey(key))
  parse(files.chain, 'certificate chain (chain)', () => new X509Certificate(chain))
  if (!certificate.checkPrivateKey(privateKey))
    throw new ConfigurationError(
      `The private key ${files.key} does not belong to the certificate ${files.cert}. ` +
        'Name the key and the certificate of the same download.',
    )
  return { cert, key, chain }
}

/**
 * The context that all connections of an output share. Besides the chain the roots that Node trusts are accepted,
 * unless told otherwise, since Devo's servers may bear a certificate of a public authority.
 * @throws ConfigurationError when OpenSSL refuses the material, for example because a key is too short
 */
export function createClientContext(
  material: TlsMaterial,
  { securityLevel, systemRoots = true }: TlsChoices = {},
): SecureContext {
  try {
    return createSecureContext({
      cert: material.cert,
      key: material.key,
      ca: [material.chain, ...(systemRoots ? getCACertificates('default') : [])],
      minVersion: 'TLSv1.2',
      ...(securityLevel !== undefined && { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=${securityLevel}` }),
    })
  } catch (error) {
    throw new ConfigurationError(
      `The client certificate cannot be used for TLS: ${reasonOf(error)}. ` +
        'Get a new certificate, key and chain from Devo (Administration, Credentials, X.509 certificates).',
    )
  }
}

function readPem(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(
      `The ${what} cannot be read: ${reasonOf(error)}. Check the path in the output's config and the file's permissions.`,
    )
  }
}

function parse<Value>(path: string, what: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw new ConfigurationError(
      `The ${what} in ${path} is not usable PEM: ${reasonOf(error)}. Download it again from Devo and replace the file.`,
    )
  }
}
