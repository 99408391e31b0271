// Keys that no schema knows: each is a fault, with the key that was probably meant. Pure.

import { aliasesOf, isItem, type Shape } from '../schema/shape.ts'
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
    const advice =
      meant === undefined ? `the keys here are ${Object.keys(shape).join(', ')}` : `did you mean "${meant}"?`
    // `api_key:abc` without a blank is one key, whose name holds the secret.
    const isShown = meant !== undefined || !hasSecret(shape)
    const what = isShown ? `unknown key ${quoted(key)}` : 'unknown key, not shown since it may hold a secret'
    const text = `${what}; podpipe refuses what it does not know, so that no slip goes unnoticed; ${advice}`
    fault(inside(context, isShown ? key : '?', keyAt), text)
  }
  return meantKeys
}

const hasSecret = (shape: Shape): boolean =>
  Object.values(shape).some(entry => isItem(entry) && 'sensitive' in entry && entry.sensitive === true)
