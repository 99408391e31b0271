// The three TLS files of an output: found where the vendor's layout has them, read, and checked.
// Pure but for the files, which come through a function of the caller.

import { isAbsolute, join } from 'node:path'
import { certificateFault, keyFault, pairFault } from './certificates.ts'
import { below, type Context, fault } from './context.ts'
import type { LocatedMap } from './document.ts'
import { outputKeys } from './vendor-keys.ts'

/** Where TLS files are looked for, and how they are read. */
export interface TlsPlaces {
  /** The folder that holds certs/. */
  readonly directory: string
  /** The text of a file; throws what node:fs throws. */
  readonly readText: (path: string) => string
}

interface Names {
  readonly chain: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

interface Found {
  readonly path: string
  readonly pem: string
}

/** The absolute paths of the files, or undefined if one is missing or bad; why is noted. */
export function readTlsFiles(
  names: Names,
  context: Context,
  map: LocatedMap | undefined,
  places: TlsPlaces,
): { chain: string; cert: string; key: string } | undefined {
  const config = map?.entries.get('config')?.value
  const keys = config?.kind === 'map' ? config : undefined

  const read = (role: keyof Names, wrongWith: (pem: string) => string | undefined): Found | undefined => {
    const name = names[role]
    if (name === undefined) return undefined
    const here = below(context, keys, [role, ...(outputKeys.config[role].aliases ?? [])])
    const found = find(name, here, places)
    const wrong = found === undefined ? undefined : wrongWith(found.pem)
    if (wrong === undefined) return found
    fault(here, `the file ${found?.path} ${wrong}`)
    return undefined
  }

  const chain = read('chain', certificateFault)
  const cert = read('cert', certificateFault)
  // Whether the two belong together can only be said when each is good by itself.
  const key = read('key', pem => keyFault(pem) ?? (cert === undefined ? undefined : pairFault(cert.pem, pem)))
  if (chain === undefined || cert === undefined || key === undefined) return undefined
  return { chain: chain.path, cert: cert.path, key: key.path }
}

function find(name: string, here: Context, { directory, readText }: TlsPlaces): Found | undefined {
  const candidates = isAbsolute(name) ? [name] : [join(directory, 'certs', name), join(directory, name)]
  for (const path of candidates) {
    try {
      return { path, pem: readText(path) }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') continue
      fault(here, `the file ${path} cannot be read: ${reasons[code] ?? code}`)
      return undefined
    }
  }
  const text = `there is no file ${candidates.join(' and no ')}; TLS to Devo needs it; put it there or correct the name`
  fault(here, text)
  return undefined
}

const reasons: Record<string, string> = {
  EACCES: 'podpipe has no right to read it; change its owner or its mode',
  EISDIR: 'it is a folder; name the file in it',
}
