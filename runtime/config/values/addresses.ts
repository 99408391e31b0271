// Host names, addresses and brokers as they may stand in the file. Pure; nothing is resolved here.

import { isIP } from 'node:net'
import { quoted } from '../reading/findings.ts'

const hostName = /^(?!-)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/

/** What is wrong with a host name or IP address, or undefined. */
export function addressFault(address: string): string | undefined {
  if (isIP(address) !== 0 || (hostName.test(address) && address.length <= 253)) return undefined
  if (address.includes('://')) return 'is a URL; only the host name belongs here; remove the part up to ://'
  if (/:\d+$/.test(address))
    return 'ends in a port; only the host name belongs here; use the key for the port'
  return 'is no host name or IP address; write one such as collector-us.devo.io'
}

/** What is wrong with the name that goes into the HOST field of a syslog line, or undefined. */
export function hostFieldFault(host: string): string | undefined {
  return hostName.test(host) && host.length <= 253
    ? undefined
    : 'is no host name; blanks and colons would break the syslog header; use letters, digits, dots, _ and -'
}

/**
 * What is wrong with one `host:port`, or undefined; an IPv6 address stands in brackets.
 * @param example what a good one looks like, for the message
 */
export function hostAndPortFault(broker: string, example: string): string | undefined {
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(broker) ?? []
  const hostIsGood = bracketed !== undefined ? isIP(bracketed) === 6 : addressFault(name ?? '') === undefined
  const portIsGood = Number(port) >= 1 && Number(port) <= 65_535
  return hostIsGood && portIsGood
    ? undefined
    : `holds ${quoted(broker)}, which is no host:port; write one such as ${example}`
}
