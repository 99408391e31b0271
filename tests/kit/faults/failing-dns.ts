// Loaded into a service before anything else (node --import): while a file exists, no host name is known there.

import dns from 'node:dns'
import { existsSync } from 'node:fs'

const { lookup } = dns

function lookupUnlessFailing(name: string, ...rest: unknown[]): unknown {
  if (!existsSync(process.env.DNS_FAILS_WHILE ?? '')) return Reflect.apply(lookup, dns, [name, ...rest])
  const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: 'EAI_AGAIN' })
  const callback = rest.at(-1)
  if (typeof callback === 'function') process.nextTick(() => callback(error))
  return {}
}

Object.assign(dns, { lookup: lookupUnlessFailing })
