// Where a session connects to. Pure.

/**
 * The address of a live session: without time parameters, so that Proofpoint keeps the position and
 * resumes a session that was away for less than an hour.
 * @param base a wss address without query
 * @param type the kind of event, as Proofpoint calls it
 */
export function liveAddress(base: string, cluster: string, type: string): string {
  const address = new URL(base)
  address.searchParams.set('cid', cluster)
  address.searchParams.set('type', type)
  return address.href
}

/**
 * The address of one hour of the archive. Proofpoint widens both times to whole hours, so they are whole ones.
 * @param hour its start, in milliseconds since 1970
 */
export function archiveAddress(base: string, cluster: string, type: string, hour: number): string {
  const address = new URL(liveAddress(base, cluster, type))
  address.searchParams.set('sinceTime', timeOf(hour))
  address.searchParams.set('toTime', timeOf(hour + 60 * 60 * 1000))
  return address.href
}

// With -0000: a plus sign would have to survive every decoder on the way.
const timeOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}-0000`
