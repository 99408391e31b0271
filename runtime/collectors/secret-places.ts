// Where the secrets of a collector stand, and putting something else there: into a tree with places, or into plain JSON. Pure.

import type { Located, LocatedMap } from '../config/reading/document.ts'

/** What is sealed of an input; the schema says `sensitive` of each. */
export const secretPaths = ['credentials.api_key', 'credentials.backfill_api_key', 'proxy'] as const

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text under a path of keys joined by dots; undefined where there is none. */
export function textAt(value: Json, path: string): string | undefined {
  let here: Json | undefined = value
  for (const key of path.split('.')) here = isObject(here) ? here[key] : undefined
  return typeof here === 'string' ? here : undefined
}

/** The same JSON with another text under a path at which a text stands; unchanged where there is none. */
export function withTextAt(value: JsonObject, path: string, text: string): JsonObject {
  if (textAt(value, path) === undefined) return value
  const [key = '', ...rest] = path.split('.')
  const below = value[key]
  const changed = rest.length > 0 && isObject(below) ? withTextAt(below, rest.join('.'), text) : text
  return { ...value, [key]: changed }
}

/** What stands under a path of a tree; undefined where there is nothing. */
export function nodeInTree(map: LocatedMap, path: string): Located | undefined {
  let here: Located | undefined = map
  for (const key of path.split('.')) here = here?.kind === 'map' ? here.entries.get(key)?.value : undefined
  return here
}

/** The same tree with another value under a path at which a value stands; its place stays. */
export function withValueInTree(map: LocatedMap, path: string, value: string | null): LocatedMap {
  const [key = '', ...rest] = path.split('.')
  const entry = map.entries.get(key)
  if (entry === undefined) return map
  if (rest.length > 0 && entry.value.kind !== 'map') return map
  const changed =
    rest.length > 0 && entry.value.kind === 'map'
      ? withValueInTree(entry.value, rest.join('.'), value)
      : ({ kind: 'scalar', at: entry.value.at, value, source: value ?? '' } as const)
  return { ...map, entries: new Map(map.entries).set(key, { ...entry, value: changed }) }
}
