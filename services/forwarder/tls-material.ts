// The certificate, key and chain of an output: read from PEM files, checked, made into a secure context.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'

/** PEM texts. */
export interface TlsMaterial {
  /** The client certificate, by which Devo knows the domain. */
  readonly cert: string
  readonly key: string
  /** The authorities that the peer is verified against, besides the system's. */
  readonly chain: string
}

/** Paths of the PEM files. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly chain: string
}

/**
 * Reads the three files. Synchronous, because it happens once at start.
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
 * since Devo's servers may bear a certificate of a public authority.
 * @throws ConfigurationError when OpenSSL refuses the material, for example because a key is too short
 */
export function createClientContext(material: TlsMaterial): SecureContext {
  try {
    return createSecureContext({
      cert: material.cert,
      key: material.key,
      ca: [material.chain, ...getCACertificates('default')],
      minVersion: 'TLSv1.2',
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
