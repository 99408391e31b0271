// Several texts to one configuration. Each part of it, such as inputs or outputs, may stand in one of them, so there is no
// order in which one would win; only `global_overrides`, which the vendor's cloud JSON has, goes before `globals`. Pure.

import { type Context, fault, inside } from './context.ts'
import type { LocatedEntry, LocatedMap } from './document.ts'
import type { Position } from './findings.ts'

const overrides = 'global_overrides'

/**
 * The parts of all maps as one map.
 * @param roots at least one, in the order in which they were named
 */
export function layered(roots: readonly LocatedMap[], context: Context): LocatedMap {
  const [first] = roots
  const entries = new Map<string, LocatedEntry>()
  for (const [key, entry] of roots.flatMap(root => [...root.entries])) {
    const known = entries.get(key)
    if (known === undefined) entries.set(key, entry)
    else {
      const text = `is in ${shown(known.keyAt)} too; each part of the configuration may stand in one place only; remove one of the two`
      fault(inside(context, key, entry.keyAt), text)
    }
  }
  const given = entries.get(overrides)
  if (given === undefined) return { kind: 'map', at: first?.at ?? { line: 1, column: 1 }, entries }
  entries.delete(overrides)
  entries.set('globals', over(entries.get('globals'), given))
  if (!entries.has('outputs')) {
    const text =
      "are missing; the vendor's server adds them to such a JSON by itself, podpipe has to be told; name a file that holds them by a second --config"
    fault(inside(context, 'outputs', given.keyAt), text)
    entries.set('outputs', {
      keyAt: given.keyAt,
      value: { kind: 'map', at: given.keyAt, entries: new Map(), isBroken: true },
    })
  }
  return { kind: 'map', at: first?.at ?? given.keyAt, entries }
}

/** Key by key, however deep; where one of the two is no map, the one that overrides counts whole. */
function over(base: LocatedEntry | undefined, override: LocatedEntry): LocatedEntry {
  if (base?.value.kind !== 'map') return override
  if (override.value.kind !== 'map')
    return override.value.kind === 'scalar' && override.value.value === null ? base : override
  const entries = new Map(base.value.entries)
  for (const [key, entry] of override.value.entries) entries.set(key, over(entries.get(key), entry))
  return { keyAt: base.keyAt, value: { ...base.value, entries } }
}

const shown = ({ file, line, column }: Position): string => `${file ?? 'this file'}:${line}:${column}`
