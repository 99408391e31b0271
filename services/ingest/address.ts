// Where a session connects to. Pure.

import type { Service } from '@podpipe/schemas/service.ts'

/**
 * The address of a live session: without time parameters, so that Proofpoint keeps the position and
 * resumes a session that was away for less than an hour.
 * @param base a wss address without query
 */
export function liveAddress(base: string, cluster: string, service: Service): string {
  const address = new URL(base)
  address.searchParams.set('cid', cluster)
  address.searchParams.set('type', service)
  return address.href
}
