// From which time each stream goes on after the vendor's collector. Pure.

import { sessionsOf } from '../positions/position-report.ts'
import type { VendorFolder } from './vendor-folder.ts'

/** What is to be done about one session. Times are milliseconds since 1970. */
export interface Beginning {
  /** CLUSTER/SERVICE */
  readonly session: string
  /** Undefined where nothing says from when on. */
  readonly from: number | undefined
  /** Where the time comes from, or why there is none. */
  readonly why: string
}

/**
 * One beginning for each session that the configuration runs. The state counts; `since` where it tells nothing
 * sure, and where it is earlier: a time that is too early is fetched twice, one that is too late is a loss.
 * @param since undefined when nobody named one
 */
export function planBeginnings(
  { config, states }: Pick<VendorFolder, 'config' | 'states'>,
  since: number | undefined,
): Beginning[] {
  if (!('good' in config)) return []
  return sessionsOf(config.good).map(session => {
    // A stream can have left several, under names of several versions.
    const own = states.filter(({ owner }) => owner?.session === session)
    const sure = own.flatMap(({ choice }) => ('chosen' in choice ? [choice.chosen] : []))
    const [last] = sure.sort((a, b) => b.time - a.time)
    if (last !== undefined && (since === undefined || last.time <= since)) {
      const zone = last.isExact ? '' : ', which has no offset and is taken for UTC'
      return { session, from: last.time, why: `${last.path} of its state${zone}` }
    }
    if (since !== undefined) {
      return { session, from: since, why: last === undefined ? '--since' : '--since, earlier than its state' }
    }
    const doubts = own.flatMap(({ choice }) => ('doubt' in choice ? [choice.doubt] : []))
    return {
      session,
      from: undefined,
      why: own.length === 0 ? 'it has no state file' : `of its state file, ${doubts.join(', ')}`,
    }
  })
}
