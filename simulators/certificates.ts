// The certificate files of a simulated installation, under the names that the vendor gives them.
// They are made at run time and kept in a folder, so that both simulators and podpipe share them.

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Authority, createAuthority, type KeyPair } from './authority.ts'

export interface KeyPairFiles extends KeyPair {
  certFile: string
  keyFile: string
}

export interface Certificates {
  directory: string
  /** The Devo domain in whose name the client certificate is. */
  domain: string
  /** Root and intermediate, PEM, and the file chain.crt. */
  chain: string
  chainFile: string
  /** For localhost, 127.0.0.1 and ::1: server.crt and server.key. */
  server: KeyPairFiles
  /** <domain>.crt and <domain>.key. */
  client: KeyPairFiles
}

export interface CertificateOptions {
  /** Letters, digits, dot, dash and underscore. Default simulated. */
  domain?: string
  /** Further host names for the server's certificate, for example those of containers. Default none. */
  hostNames?: readonly string[]
  /** Who signs; default a new one, which is forgotten. */
  authority?: Authority
}

/**
 * Makes a new authority and its certificates, and writes them into a folder; keys get mode 0600.
 * Files of the same names are replaced. The authority's own keys are not kept.
 * @throws the error of the file system when the folder cannot be written
 */
export async function createCertificates(
  directory: string,
  options: CertificateOptions = {},
): Promise<Certificates> {
  const { domain = 'simulated' } = options
  if (!/^[\w-][\w.-]*$/.test(domain))
    throw new RangeError(`"${domain}" is not fit for the name of a Devo domain`)
  const authority = options.authority ?? (await createAuthority())
  const [server, client] = [await authority.server(options.hostNames), await authority.client(domain)]
  const certificates = describe(directory, domain, authority.chain, server, client)

  await mkdir(directory, { recursive: true })
  for (const { certFile, keyFile, cert, key } of [certificates.server, certificates.client]) {
    await writeFile(keyFile, key, { mode: 0o600 })
    // The mode above has no effect on a file that was there before.
    await chmod(keyFile, 0o600)
    await writeFile(certFile, cert)
  }
  // The chain comes last: where it is, the others are.
  await writeFile(certificates.chainFile, certificates.chain)
  return certificates
}

/**
 * Reads the certificates of a folder, or makes them when there are none.
 * @throws the error of the file system when some of the files are there and others are not
 */
export async function loadCertificates(
  directory: string,
  options: CertificateOptions = {},
): Promise<Certificates> {
  const { domain = 'simulated' } = options
  const files = describe(directory, domain, '', { cert: '', key: '' }, { cert: '', key: '' })
  const chain = await readFile(files.chainFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (chain === undefined) return createCertificates(directory, options)
  const read = async ({ certFile, keyFile }: KeyPairFiles) => ({
    cert: await readFile(certFile, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
  })
  return describe(directory, domain, chain, await read(files.server), await read(files.client))
}

function describe(
  directory: string,
  domain: string,
  chain: string,
  server: KeyPair,
  client: KeyPair,
): Certificates {
  const named = (name: string, pair: KeyPair): KeyPairFiles => ({
    ...pair,
    certFile: join(directory, `${name}.crt`),
    keyFile: join(directory, `${name}.key`),
  })
  return {
    directory,
    domain,
    chain,
    chainFile: join(directory, 'chain.crt'),
    server: named('server', server),
    client: named(domain, client),
  }
}
