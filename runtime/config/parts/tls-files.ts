// The three TLS files of an output: found where the vendor's layout has them, read, and checked.
// Pure but for the files, which come through a function of the caller.

import { below, type Context, fault } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { type Found, findFile, type Places } from '../reading/find-file.ts'
import { tlsOutputKeys } from '../schema/outputs.ts'
import { certificateFault, keyFaultBeside, materialFault } from './certificates.ts'

interface Names {
  readonly chain: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** OpenSSL's; undefined for its own default. */
  readonly security_level: number | undefined
}

/** The absolute paths of the files, or undefined if one is missing or bad; why is noted. */
export function readTlsFiles(
  names: Names,
  context: Context,
  map: LocatedMap | undefined,
  places: Places,
): { chain: string; cert: string; key: string } | undefined {
  const config = map?.entries.get('config')?.value
  const keys = config?.kind === 'map' ? config : undefined

  const read = (
    role: 'chain' | 'cert' | 'key',
    wrongWith: (pem: string) => string | undefined,
  ): Found | undefined => {
    const name = names[role]
    if (name === undefined) return undefined
    const here = below(context, keys, [role, ...(tlsOutputKeys.config[role].aliases ?? [])])
    return findFile(name, here, places, 'TLS to Devo needs it', wrongWith)
  }

  const chain = read('chain', certificateFault)
  const cert = read('cert', certificateFault)
  const key = read('key', keyFaultBeside(cert?.text))
  if (chain === undefined || cert === undefined || key === undefined) return undefined
  const level = names.security_level
  const weak = materialFault({ cert: cert.text, key: key.text, chain: chain.text }, level)
  if (weak !== undefined) {
    const certNames = ['cert', ...(tlsOutputKeys.config.cert.aliases ?? [])]
    fault(below(context, keys, level === undefined ? certNames : 'security_level'), weak)
  }
  return { chain: chain.path, cert: cert.path, key: key.path }
}
