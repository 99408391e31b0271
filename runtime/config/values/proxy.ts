// Through which proxy a stream is reached: the one of its input, else the one of the environment. Pure.

import { isIP } from 'node:net'
import { isLoopback } from './networks.ts'

/** What is wrong with the address of a proxy, or undefined. The text never repeats it: it may hold a password. */
export function proxyFault(text: string): string | undefined {
  if (/\s/.test(text) || !URL.canParse(text)) {
    return `is not a URL; write one such as ${example}; in the password, write @ : / # % as %40 %3A %2F %23 %25`
  }
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `is not http:// or https://, and podpipe knows only these kinds of proxy; write one such as ${example}`
  }
  if (url.pathname !== '/' || /[?#]/.test(text)) {
    return 'holds a path or a query, and a proxy has only a host and a port; remove it; in the password, write / ? # as %2F %3F %23'
  }
  return isDecodable(url.username) && isDecodable(url.password)
    ? undefined
    : 'holds a % that begins no code; write % in a user name or password as %25'
}

const example = 'http://user:password@proxy.example.com:3128'

/** The address of a proxy without user name and password, for messages. */
export function shownProxy(proxy: string): string {
  const { protocol, host } = new URL(proxy)
  return `${protocol}//${host}`
}

/** The proxy of the environment, by the names that other programs obey too, and the variable it comes from. */
export function environmentProxy(env: NodeJS.ProcessEnv): { variable: string; proxy: string } | undefined {
  const variable = ['https_proxy', 'HTTPS_PROXY'].find(name => env[name])
  const text = variable === undefined ? undefined : env[variable]
  if (variable === undefined || text === undefined) return undefined
  // Other programs take a host and a port alone for an HTTP proxy.
  return { variable, proxy: text.includes('://') ? text : `http://${text}` }
}

/**
 * Whether the environment lets a stream go past its proxy: what NO_PROXY lists, this machine itself, and what goes
 * without TLS, which HTTPS_PROXY does not mean.
 */
export function goesPast(url: string, env: NodeJS.ProcessEnv): boolean {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'wss:' || isLoopback(host)) return true
  const entries = (env.no_proxy || env.NO_PROXY || '').toLowerCase().split(/[\s,]+/)
  return entries.some(entry => {
    if (entry === '*' || entry === host || entry === `${host}:${port || '443'}`) return true
    const domain = entry.replace(/^\*?\./, '')
    return domain !== '' && isIP(host) === 0 && host.endsWith(`.${domain}`)
  })
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
