// The time range of a replay, and the name that its topics get from it. Pure.

import { parseStartTime } from '@podpipe/runtime/config/values/start-time.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { Service } from '@podpipe/schemas/service.ts'

/** Append times of raw, in milliseconds since 1970; `to` lies behind the range. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/**
 * @param now milliseconds since 1970
 * @throws ConfigurationError when a time is none or lies ahead, or when nothing lies between them
 */
export function rangeOf(from: string, to: string, now: number): TimeRange {
  const range = { from: timeOf('--from', from, now), to: timeOf('--to', to, now) }
  if (range.from < range.to) return range
  throw new ConfigurationError(
    `--from ${from} does not lie before --to ${to}, so there is nothing between them. --from is the first moment of the range, --to the first one behind it.`,
  )
}

function timeOf(flag: string, text: string, now: number): number {
  const time = /^\d{1,15}$/.test(text) ? Number(text) : parseStartTime(text)
  if (time === undefined) {
    throw new ConfigurationError(
      `${flag} ${text}: is no date and time. Write one such as 2024-05-22T12:00:00Z, or with an offset such as -0700, or milliseconds since 1970.`,
    )
  }
  if (time > now) {
    throw new ConfigurationError(
      `${flag} ${text}: lies in the future (it is ${isoOf(now)} now), and what is still to come cannot be replayed. Write a time that has passed.`,
    )
  }
  return time
}

/** The name of a replay that was given none: its range, and its service if it has only one. */
export function nameOf({ from, to }: TimeRange, service: Service | undefined): string {
  const times = [from, to].map(compact).join('-')
  return service === undefined ? times : `${times}-${service}`
}

/** @throws ConfigurationError when a name cannot stand in the name of a topic */
export function requireName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(name)) return name
  throw new ConfigurationError(
    `--name ${name}: becomes a part of the topics' names. Write 1 to 60 letters, digits, "-" and "_".`,
  )
}

// 20240522T120000Z, with milliseconds where there are any.
const compact = (time: number): string =>
  isoOf(time)
    .replace(/[-:]/g, '')
    .replace(/\.(\d{3})/, (_, ms) => (ms === '000' ? '' : `-${ms}`))

/** A time in UTC. */
export const isoOf = (time: number): string => new Date(time).toISOString()
