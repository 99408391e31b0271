// Keys that no schema knows: each is a fault, with the key that was probably meant. Pure.

import { aliasesOf, isValue, type Shape } from '../schema/shape.ts'
import { type Context, fault, inside } from './context.ts'
import type { LocatedMap } from './document.ts'
import { quoted } from './findings.ts'
import { nearest } from './nearest.ts'

/** Notes every unknown key; returns the known keys that were meant, since these are not missing as well. */
export function reportUnknown(shape: Shape, map: LocatedMap | undefined, context: Context): Set<string> {
  const keyByName = new Map(
    Object.entries(shape).flatMap(([key, entry]) =>
      [key, ...aliasesOf(entry)].map(name => [name, key] as const),
    ),
  )
  const names = [...keyByName.keys()]
  const meantKeys = new Set<string>()
  for (const [key, { keyAt }] of map?.entries ?? []) {
    if (keyByName.has(key)) continue
    const meant = nearest(key, names)
    meantKeys.add(keyByName.get(meant ?? '') ?? '')
    const advice = meant === undefined ? 'correct it or remove it' : `did you mean "${meant}"?`
    // `api_key:abc` without a blank is one key, whose name holds the secret.
    const isShown = meant !== undefined || !hasSecret(shape)
    const what = isShown ? `unknown key ${quoted(key)}` : 'unknown key, not shown since it may hold a secret'
    const text = `${what}; known keys: ${knownKeys(shape)}; ${advice}`
    fault(inside(context, isShown ? key : '?', keyAt), text)
  }
  return meantKeys
}

// What podpipe leaves without effect is known, but nobody has to be told of it.
const knownKeys = (shape: Shape): string =>
  Object.keys(shape)
    .filter(key => shape[key]?.format !== 'ignored')
    .join(', ')

const hasSecret = (shape: Shape): boolean =>
  Object.values(shape).some(entry => isValue(entry) && entry.sensitive === true)
