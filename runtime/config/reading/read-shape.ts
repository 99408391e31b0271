// Reads one map of the file against a convict schema: known keys, required keys, other names, values.
// Every fault is noted and the reading goes on, so that a person sees all of them at once. Pure.

import {
  aliasesOf,
  isItem,
  isValue,
  type Shape,
  substitutesOf,
  type Values,
  variablesOf,
} from '../schema/shape.ts'
import { type Context, fault, inside, warn } from './context.ts'
import type { Located, LocatedEntry, LocatedMap } from './document.ts'
import { readItem } from './read-item.ts'
import { asMap, isGiven, isNothing } from './read-map.ts'
import { reportUnknown } from './unknown-keys.ts'

/** The values of a map; absent or faulty keys have their default, or undefined where there is none. */
export function readShape<S extends Shape>(
  shape: S,
  map: LocatedMap | undefined,
  context: Context,
): Values<S> {
  const meant = reportUnknown(shape, map, context)
  const values: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(shape)) {
    const isExcused = map?.isBroken === true || [key, ...substitutesOf(entry)].some(each => meant.has(each))
    values[key] = readEntry(key, entry, map, context, isExcused)
  }
  // Values<S> says in types what the loop does: one parsed value for each key of the shape.
  return values as Values<S>
}

/** @param isOtherFault whether another fault already says why the key is missing */
function readEntry(
  key: string,
  entry: Shape[string],
  map: LocatedMap | undefined,
  context: Context,
  isOtherFault: boolean,
): unknown {
  const [name, found] = pick(map, [key, ...aliasesOf(entry)], context)
  const here = inside(context, name, found?.keyAt ?? context.at)
  const isLost = found !== undefined && found.value.kind !== 'map' && found.value.isBroken === true
  const isExcused = isOtherFault || isLost
  const value = found === undefined || isLost || isLeftBlank(found.value, entry) ? undefined : found.value

  if (!isItem(entry)) {
    const nothing = isExcused ? broken : undefined
    return readShape(entry, asMap(value, here) ?? nothing, here)
  }
  if (entry.format === 'ignored') {
    const text = `has no meaning in podpipe: ${entry.doc}; remove it when it suits you`
    if (found !== undefined) warn(here, text)
    return undefined
  }
  if (entry.required === true && value === undefined && !isExcused && !hasSubstitute(entry, map, context)) {
    fault(here, missing(name, found?.value, entry.doc))
  }
  return entry.format === 'map' ? asMap(value, here) : readItem(entry, value, here)
}

/** Nothing, or, where a key may be left out, empty quotes: JSON has no other way to leave a blank. */
const isLeftBlank = (value: Located, entry: Shape[string]): boolean =>
  isNothing(value) ||
  (isItem(entry) && !('required' in entry && entry.required) && value.kind === 'scalar' && value.value === '')

function hasSubstitute(entry: Shape[string], map: LocatedMap | undefined, { env }: Context): boolean {
  if (!isValue(entry) || entry.secret === undefined) return false
  return isGiven(map, entry.secret.fileKey) || variablesOf(entry.secret).some(name => Boolean(env[name]))
}

// Nothing is missing of it, so its place is never shown.
const broken: LocatedMap = { kind: 'map', at: { line: 1, column: 1 }, entries: new Map(), isBroken: true }

function missing(key: string, empty: Located | undefined, doc: string): string {
  if (empty === undefined) return `is missing; podpipe cannot guess it; add the key "${key}": ${doc}`
  const variables = empty.kind === 'scalar' ? (empty.variables ?? []) : []
  const without = variables.length === 0 ? '' : `, since ${variables.join(' and ')} is empty`
  return `has no value${without}; podpipe cannot guess it; fill it in: ${doc}`
}

/** The entry under a key or one of its other names; two names for one thing are a fault. */
function pick(
  map: LocatedMap | undefined,
  names: readonly string[],
  context: Context,
): [string, LocatedEntry | undefined] {
  const [first, second] = names.flatMap(name => {
    const entry = map?.entries.get(name)
    return entry === undefined ? [] : [{ name, entry }]
  })
  if (first === undefined) return [names[0] ?? '', undefined]
  if (second !== undefined) {
    const text = `is another name for "${first.name}", which is there too; only one can count; remove one of the two`
    fault(inside(context, second.name, second.entry.keyAt), text)
  }
  return [first.name, first.entry]
}
