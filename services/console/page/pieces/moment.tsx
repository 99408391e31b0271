// A moment: by the clock of the person, or in UTC, as the times of events are. How long ago that is, and the other way to say it, stand
// behind it for who points at it.

import { ago } from '../session-words.ts'
import { clockTime, utc } from '../words.ts'

export interface MomentProps {
  /** RFC 3339, or milliseconds since 1970. */
  readonly at: string | number
  readonly isUtc?: boolean
}

export function Moment({ at, isUtc = false }: MomentProps) {
  const iso = new Date(at).toISOString()
  const [inUtc, here] = [utc(at), clockTime(at)]
  return (
    <time dateTime={iso} title={`${ago(iso, Date.now())}; ${isUtc ? `${here} here` : `${inUtc} UTC`}`}>
      {isUtc ? inUtc : here}
    </time>
  )
}
