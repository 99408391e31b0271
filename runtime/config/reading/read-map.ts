// Takes a value of the file as a map of keys, and says so when it is something else. Pure.

import { type Context, fault } from './context.ts'
import type { Located, LocatedMap } from './document.ts'

/** The value as a map; if it is anything else, a fault and a broken map, of which nothing is missing. */
export function asMap(value: Located | undefined, here: Context): LocatedMap | undefined {
  if (value === undefined || value.kind === 'map') return value
  // The value itself is not shown: below `credentials` it could be the secret.
  const found = value.kind === 'list' ? 'a list' : 'a single value'
  const text = `must hold keys of its own, found ${found}; write the keys below it, each indented on its own line`
  fault({ ...here, at: value.at }, text)
  return { kind: 'map', at: value.at, entries: new Map(), isBroken: true }
}

/** The same for a free name, under which nothing at all means that every key has its default. */
export const mapUnder = (value: Located, here: Context): LocatedMap | undefined =>
  asMap(isNothing(value) ? undefined : value, here)

/** Whether a key stands there without a value. */
export const isNothing = (value: Located): boolean => value.kind === 'scalar' && value.value === null

/** Whether a key stands there with a value. */
export function isGiven(map: LocatedMap | undefined, key: string): boolean {
  const value = map?.entries.get(key)?.value
  return value !== undefined && !isNothing(value)
}

/** Notes a free name that would not do; it becomes a label of metrics and a part of Kafka group names. */
export function checkName(name: string, here: Context): void {
  if (/^[A-Za-z0-9._-]{1,100}$/.test(name)) return
  fault(here, 'is no good name; it goes into metrics and Kafka; use up to 100 letters, digits, dots, _ and -')
}
