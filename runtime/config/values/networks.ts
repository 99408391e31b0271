// Addresses and networks such as 10.0.0.0/8, and whether an address is of one of them. Pure.

import { BlockList, isIP } from 'node:net'

/** What is wrong with an address or a network, or undefined. */
export function networkFault(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const most = version === 6 ? 128 : 32
  const isGood =
    version !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  return isGood
    ? undefined
    : 'is no IP address and no network; write one such as 10.1.2.3, 10.0.0.0/8 or fd00::/8'
}

/** Whether an address is one of those. An IPv4 address counts also in the form that a socket of IPv6 gives it. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  const version = isIP(plain)
  if (version === 0) return false
  const known = new BlockList()
  for (const network of networks) {
    const [base = '', bits] = network.split('/')
    const family = isIP(base) === 6 ? 'ipv6' : 'ipv4'
    known.addSubnet(base, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return known.check(plain, version === 6 ? 'ipv6' : 'ipv4')
}

const loopback = ['127.0.0.0/8', '::1']

/** Whether a host is this machine itself, as its name or address says. */
export const isLoopback = (host: string): boolean => host === 'localhost' || isWithin(host, loopback)
