// Whether a write comes from the console's own page, and not from another one that the browser has open. Pure.

import type { IncomingHttpHeaders } from 'node:http'

/** The header that every write bears. Another page cannot send it without asking first, and the console allows nobody. */
export const ownHeader = 'x-podpipe-console'

const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What the decision takes. */
export interface Asked {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** The host that was asked for, with its port; of the proxy where that is believed. */
  readonly host: string
  /** The address of the console in the browser, if it is configured. */
  readonly publicUrl: string | undefined
}

/**
 * Why a request may be the doing of another page; undefined where it is not.
 *
 * Browsers say in Sec-Fetch-Site where a request comes from, and no page can change it; where they do not (plain HTTP to another
 * machine), Origin has to be the console's own. What is no browser sends neither, and has no cookie that somebody else could ride on.
 */
export function whyForeign({ method, headers, host, publicUrl }: Asked): string | undefined {
  if (harmless.has(method)) return undefined
  if (headers[ownHeader] === undefined)
    return `a write needs the header ${ownHeader}: 1, which no other page can send`
  const { origin, 'sec-fetch-site': site } = headers
  if (site !== undefined) {
    return site === 'same-origin'
      ? undefined
      : `the browser says that it comes from another page (${String(site)})`
  }
  if (origin === undefined) return undefined
  const isOwn =
    URL.canParse(origin) &&
    (new URL(origin).host === host || (publicUrl !== undefined && origin === new URL(publicUrl).origin))
  return isOwn
    ? undefined
    : `it comes from another page, or a proxy changes the Host; then set console.public_url to the address in the browser`
}
