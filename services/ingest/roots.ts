// Further authorities for the certificate of a stream's server, read again at each connection, as they are renewed.

import { readFileSync } from 'node:fs'
import { certificateFault } from '@podpipe/runtime/config/parts/certificates.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'

/** The PEM text for the next connection; undefined where the system's authorities are all that is trusted. */
export type Roots = () => string | undefined

/** While the file cannot be read, what was read last is trusted, and that is said once. */
export function createRoots(path: string | undefined, log: Log): Roots {
  let last: string | undefined
  let told = false
  if (path === undefined) return () => undefined
  return () => {
    try {
      const text = readFileSync(path, 'utf8')
      const wrong = certificateFault(text)
      if (wrong !== undefined) throw new Error(`the file ${path} ${wrong}`)
      last = text
      told = false
    } catch (error) {
      if (!told) {
        log.warn(
          { ca: path, reason: reasonOf(error) },
          'the authorities of a stream cannot be read again; those read last are trusted until they can',
        )
      }
      told = true
    }
    return last
  }
}
