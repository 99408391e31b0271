// Times that a person writes on the command line: every command reads them here, and shows them back with their zone.

import { parseStartTime } from '@podpipe/runtime/config/values/start-time.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { AskedError } from './asked-error.ts'

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}
const dayMs = 86_400_000
const archiveReachMs = 30 * dayMs

/** What a time may look like, for the help of a command. */
export const timeForms = '2024-05-22T12:00:00Z, 2024-05-22, -90m, -1d12h, today, yesterday or now'

/**
 * Milliseconds since 1970; undefined if the text is no time that exists. RFC 3339, where UTC is meant without an
 * offset; a date alone, its midnight in UTC; `-90m`, so long before now; `now`, `today` and `yesterday`, of UTC as
 * well, so that a command means the same on every machine; or the milliseconds themselves.
 */
export function timeOf(text: string, now: number): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (text === 'now') return now
  const midnight = now - (((now % dayMs) + dayMs) % dayMs)
  if (text === 'today') return midnight
  if (text === 'yesterday') return midnight - dayMs
  if (/^-(?:\d{1,5}[smhdw])+$/.test(text)) {
    const parts = text.matchAll(/(\d+)([smhdw])/g)
    return (
      now - [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0)
    )
  }
  return parseStartTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
}

/**
 * A time that has passed, in milliseconds since 1970.
 * @param flag such as `--to`, for the message
 * @throws ConfigurationError for one that is none or lies in the future
 */
export function timeOption(flag: string, text: string, now: number): number {
  const time = timeOf(text, now)
  if (time === undefined) {
    throw new ConfigurationError(
      `${flag} ${text}: is no date and time. Write one such as 2024-05-22T12:00:00Z (UTC without an offset), -90m, today or yesterday.`,
    )
  }
  if (time > now) {
    throw new ConfigurationError(
      `${flag} ${text}: lies in the future (it is ${shownTime(now)} now). Write a time that has passed.`,
    )
  }
  return time
}

/**
 * The same for a session that is to go on from that time.
 * @throws ConfigurationError also for one that lies further back than Proofpoint's archive
 */
export function archiveTimeOption(flag: string, text: string, now: number): number {
  const time = timeOption(flag, text, now)
  if (now - time <= archiveReachMs) return time
  throw new ConfigurationError(
    `${flag} ${text}: lies more than 30 days back, and Proofpoint's archive does not reach further. Write a later time.`,
  )
}

/**
 * `--from` and `--to` of a command, either of which may be left out.
 * @throws ConfigurationError when a time is none or lies ahead, or when nothing lies between them
 */
export function rangeOptions(
  from: string | undefined,
  to: string | undefined,
  now: number,
): { readonly from?: number; readonly to?: number } {
  const range = {
    ...(from !== undefined && { from: timeOption('--from', from, now) }),
    ...(to !== undefined && { to: timeOption('--to', to, now) }),
  }
  if (range.from === undefined || range.to === undefined || range.from < range.to) return range
  throw new AskedError(`--from ${from} does not lie before --to ${to}, so there is nothing between them.`, {
    command: '--from is the first moment of the range, --to the first one behind it.',
    page: 'from is the first moment of the range, to the first one behind it.',
  })
}

/** A time as commands show it to a person: it can be given back to them as it is. */
export const shownTime = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z')
