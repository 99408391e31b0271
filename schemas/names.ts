// The names under which podpipe's services appear in Kafka, besides its topics.

import type { Service } from './service.ts'

const scopeOf = (prefix: string): string => (prefix === 'pod' ? 'podpipe' : `podpipe-${prefix}`)

/** How all of these names begin in one installation. */
export const nameStartOf = (prefix: string): string => `${scopeOf(prefix)}-`

/** The consumer group of a service, or of a replay; each output of the forwarder is a group of its own. */
export function groupOf(
  prefix: string,
  role: 'ingest' | 'dedup' | `forwarder-${string}` | `replay-${string}`,
): string {
  return `${nameStartOf(prefix)}${role}`
}

/** The transactional id that makes one dedup task the only writer of its partition. */
export function transactionalIdOf(prefix: string, service: Service, partition: number): string {
  return `${dedupIdStartOf(prefix)}${service}-${partition}`
}

/** How the transactional ids of all dedup tasks begin. */
export const dedupIdStartOf = (prefix: string): string => `${nameStartOf(prefix)}dedup-`

/** The transactional id under which the ledgers of a service are written for another number of partitions. */
export function changeIdOf(prefix: string, service: Service): string {
  return `${changeIdStartOf(prefix)}${service}`
}

/** How those of all services begin. */
export const changeIdStartOf = (prefix: string): string => `${nameStartOf(prefix)}partitions-`

/** The transactional id of whoever writes a revision of a collector: one at a time. */
export function collectorsIdOf(prefix: string): string {
  return `${nameStartOf(prefix)}collectors`
}

/** The key of a session in the positions topic. */
export function sessionKeyOf(cluster: string, service: Service): string {
  return `${cluster}/${service}`
}
