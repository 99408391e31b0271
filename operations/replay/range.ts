// The time range of a replay, and the names that come of it. Pure.

import { createHash } from 'node:crypto'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { rangeOptions } from '../times.ts'

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
  const range = rangeOptions(from, to, now)
  // Both were given.
  return { from: range.from ?? 0, to: range.to ?? now }
}

/** A name for a replay that was given none: its range, and what else makes it differ from others. */
export function nameOf({ from, to }: TimeRange, ...more: readonly string[]): string {
  return [compact(from), compact(to), ...more].join('-')
}

/** A short word for a list of whatever length, the same for the same ones in any order. */
export const digestOf = (list: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...list].sort()))
    .digest('hex')
    .slice(0, 8)

/** @throws ConfigurationError when a name cannot stand in a name in Kafka */
export function requireName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(name)) return name
  throw new ConfigurationError(
    `--name ${name}: becomes a part of names in Kafka. Write 1 to 60 letters, digits, "-" and "_".`,
  )
}

// 20240522T120000Z, with milliseconds where there are any.
const compact = (time: number): string =>
  isoOf(time)
    .replace(/[-:]/g, '')
    .replace(/\.(\d{3})/, (_, ms) => (ms === '000' ? '' : `-${ms}`))

/** A time in UTC. */
export const isoOf = (time: number): string => new Date(time).toISOString()
