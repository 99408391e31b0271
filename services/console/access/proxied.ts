// Who a proxy before the console says that somebody is. Pure.

import type { IncomingHttpHeaders } from 'node:http'
import type { ConsoleRole, ConsoleSettings } from '@podpipe/runtime/config/config.ts'
import { isWithin } from '@podpipe/runtime/config/values/networks.ts'
import { roleOfGroups } from './groups.ts'

export interface Proxied {
  readonly name: string
  /** Undefined where the groups of the person let nobody in. */
  readonly role: ConsoleRole | undefined
}

/**
 * The person that a proxy names; undefined where none does. Only who is connected from its address is believed: from
 * anywhere else the same header is somebody's invention.
 * @param address the other end of the connection, whatever a header says of it
 */
export function proxied(
  headers: IncomingHttpHeaders,
  address: string,
  { proxy, groups }: Pick<ConsoleSettings, 'proxy' | 'groups'>,
): Proxied | undefined {
  const { addresses, userHeader, groupsHeader } = proxy
  const name = userHeader === undefined ? undefined : headers[userHeader]
  if (typeof name !== 'string' || !isWithin(address, addresses)) return undefined
  // Two such headers come as one text with a comma: the person's own, and the proxy's. No name has one.
  if (!/^[\p{L}\p{N}._@+\\ -]{1,100}$/u.test(name)) return undefined
  const names = groupsHeader === undefined ? '' : (headers[groupsHeader] ?? '')
  return { name, role: roleOfGroups(String(names).split(',').map(trim), groups) }
}

const trim = (text: string): string => text.trim()
