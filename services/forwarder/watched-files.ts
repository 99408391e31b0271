// The TLS files of an output while it runs: read again and again, put to use when they change, and watched as they age.
// They are compared by content, so that a rename, a new symbolic link and a write in place are all the same.

import { X509Certificate } from 'node:crypto'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Log } from '@podpipe/runtime/log.ts'
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

export interface WatchedFiles {
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
}): WatchedFiles {
  const { output, files, choices, apply, log, now = Date.now } = options
  let inUse = options.material
  /** Why the files cannot be used, as found by the last look; while files are exchanged one by one that passes. */
  let wrong: string | undefined
  let reported: string | undefined
  let warnedOn: number | undefined

  function look(): void {
    try {
      const found = readTlsMaterial(files)
      if (found.cert !== inUse.cert || found.key !== inUse.key || found.chain !== inUse.chain) {
        createClientContext(found, choices)
        apply(found)
        inUse = found
        warnedOn = undefined
        log.info(
          { output, daysLeft: daysLeft().cert },
          'the TLS files have changed; new connections use them',
        )
      }
      wrong = undefined
      reported = undefined
    } catch (error) {
      const reason = reasonOf(error)
      // Two looks in a row, so that a certificate whose key is still on its way is no alarm.
      if (wrong === reason && reported !== reason) {
        reported = reason
        log.warn(
          { output, reason },
          `the TLS files of output ${output} cannot be used as they are now; the last good ones stay in use. ${reason}`,
        )
      }
      wrong = reason
    }
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
