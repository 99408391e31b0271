// Where services answer, as the configuration says it. Pure.

import { isIPv6 } from 'node:net'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { ServiceName, StageName } from '@podpipe/runtime/service.ts'

/** In the order of the flow. */
export const serviceNames: readonly StageName[] = ['ingest', 'dedup', 'forwarder']

export interface StatusPlace {
  /** What is taken to be there, until it says itself. */
  readonly name: string
  /** host:port */
  readonly address: string
}

/** The services of this machine; or those at the addresses that a person has named. */
export const placesOf = (config: Pick<PodpipeConfig, 'http'>, at: readonly string[]): StatusPlace[] =>
  at.length > 0
    ? at.map(address => ({ name: 'service', address }))
    : serviceNames.map(name => placeOf(config, name))

/** Where a service of this machine answers. */
export function placeOf({ http }: Pick<PodpipeConfig, 'http'>, name: ServiceName): StatusPlace {
  // All addresses means this machine, seen from here.
  const host = http.bind === '0.0.0.0' || http.bind === '::' ? '127.0.0.1' : http.bind
  return { name, address: `${isIPv6(host) ? `[${host}]` : host}:${http.ports[name]}` }
}
