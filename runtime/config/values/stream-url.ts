// The address of a Proofpoint stream, made from override_url_base or the one public host. Pure.
// The query (cid, type, times) is added by ingest for each session.

/** Host and path that Proofpoint documents for its log stream. */
export const proofpointUrl = 'wss://logstream.proofpoint.com:443/v1/stream'

const documentedPath = '/v1/stream'

/** The URL to use; a base with a path stands as written, one without gets the documented path. */
export function streamUrl(base: string | undefined): string {
  if (base === undefined) return proofpointUrl
  return new URL(base).pathname === '/' ? base.replace(/\/$/, '') + documentedPath : base
}

/** What is wrong with a base, or undefined. The text never repeats the base: a query may hold a secret. */
export function urlFault(base: string): string | undefined {
  if (!URL.canParse(base)) return `is not a URL; write one such as ${proofpointUrl}`
  const url = new URL(base)
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:') {
    return `starts with ${url.protocol}//, but Proofpoint speaks WebSocket over TLS; use wss://`
  }
  if (url.username !== '' || url.password !== '') {
    return 'holds a user name or password; Proofpoint knows only the key in credentials.api_key; remove it'
  }
  // Only a text search sees an empty query or fragment, and even that would break what is appended.
  if (/[?#]/.test(base))
    return 'holds a query or fragment; podpipe adds the query itself; end the base before it'
  return undefined
}

/** Whether a good base asks for a connection without TLS. */
export const isClearText = (base: string): boolean => new URL(base).protocol === 'ws:'
