// The TLS files of an output while it runs: read again and again, put to use when they change, and watched as they age.

import { X509Certificate } from 'node:crypto'
import type { Log } from '@podpipe/runtime/log.ts'
import { watchFiles } from '@podpipe/runtime/watched-files.ts'
import {
  createClientContext,
  readTlsMaterial,
  type TlsChoices,
  type TlsFiles,
  type TlsMaterial,
} from './tls-material.ts'

const lookMs = 5_000
const dayMs = 86_400_000
/** A certificate that ends within so many days is warned of, once a day. */
const soonDays = 30

export interface WatchedTlsFiles {
  /** Looks now, as it does every five seconds by itself. */
  look(): void
  /** Days until the client certificate and the first one of the chain end; negative once they have. */
  daysLeft(): { readonly cert: number; readonly chain: number }
  stop(): void
}

/**
 * Watches the files behind a material that is in use.
 * @param options.apply puts a new and good material to use
 * @param options.now milliseconds since 1970, by which certificates age
 */
export function watchTlsFiles(options: {
  readonly output: string
  readonly files: TlsFiles
  readonly material: TlsMaterial
  readonly choices?: TlsChoices
  readonly apply: (material: TlsMaterial) => void
  readonly log: Log
  readonly now?: () => number
}): WatchedTlsFiles {
  const { output, files, choices, apply, log, now = Date.now } = options
  let inUse = options.material
  let warnedOn: number | undefined
  const watched = watchFiles({
    files: [files.cert, files.key, files.chain],
    read() {
      const found = readTlsMaterial(files)
      createClientContext(found, choices)
      return found
    },
    use(found) {
      if (found.cert === inUse.cert && found.key === inUse.key && found.chain === inUse.chain) return
      apply(found)
      inUse = found
      warnedOn = undefined
      log.info({ output, daysLeft: daysLeft().cert }, 'the TLS files have changed; new connections use them')
    },
    tellProblem: reason =>
      log.warn(
        { output, reason },
        `the TLS files of output ${output} cannot be used as they are now; the last good ones stay in use. ${reason}`,
      ),
    tellGood: () => log.info({ output }, `the TLS files of output ${output} are good again`),
  })

  function look(): void {
    watched.look()
    warnOfAge()
  }

  function daysLeft(): { cert: number; chain: number } {
    const left = (pem: string): number =>
      Math.floor((Date.parse(new X509Certificate(pem).validTo) - now()) / dayMs)
    return { cert: left(inUse.cert), chain: left(inUse.chain) }
  }

  function warnOfAge(): void {
    const today = Math.floor(now() / dayMs)
    const left = daysLeft()
    if (warnedOn === today || Math.min(left.cert, left.chain) > soonDays) return
    warnedOn = today
    for (const role of ['cert', 'chain'] as const) {
      if (left[role] > soonDays) continue
      const isOver = left[role] < 0
      log[isOver ? 'error' : 'warn'](
        { output, file: files[role], daysLeft: left[role] },
        `the certificate ${files[role]} of output ${output} ${isOver ? 'has ended' : `ends in ${left[role]} days`}; no connection succeeds from then on. ` +
          'Get a new one from Devo and put it in the place of the old; no restart is needed.',
      )
    }
  }

  warnOfAge()
  const timer = setInterval(look, lookMs)
  return { look, daysLeft, stop: () => clearInterval(timer) }
}
