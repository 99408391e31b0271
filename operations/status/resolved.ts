// A service of several processes answers under one name: each of its addresses is one of them.

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { StatusPlace } from './places.ts'

/**
 * The places of every process behind `host:port`s. One whose name leads nowhere stays as it is: whoever asks there is told why.
 * @param at such as `ingest:8101`, as a compose stack or a headless service of Kubernetes names them
 */
export async function processesAt(at: readonly string[]): Promise<StatusPlace[]> {
  const found = await Promise.all(
    at.map(async (address): Promise<StatusPlace[]> => {
      const colon = address.lastIndexOf(':')
      const [host, port] = [address.slice(0, colon), address.slice(colon + 1)]
      const bare = host.replace(/^\[|\]$/g, '')
      if (isIP(bare) !== 0) return [{ name: 'service', address }]
      const addresses = await addressesOf(bare)
      if (addresses.length === 0) return [{ name: bare, address }]
      return addresses.map(each => ({
        name: bare,
        address: `${each.includes(':') ? `[${each}]` : each}:${port}`,
      }))
    }),
  )
  return found.flat()
}

// Of one family: a process that listens on both would be there twice.
async function addressesOf(host: string): Promise<string[]> {
  for (const family of [4, 6]) {
    try {
      return (await lookup(host, { all: true, family })).map(({ address }) => address).sort()
    } catch {
      // It may have addresses of the other one.
    }
  }
  return []
}
