// What a file of the configuration is once it is parsed: a plain tree in which every key and value knows its place.
// The rest of the reading sees this tree only, never the library of YAML or of JSON. Pure.

import type { Findings, Position } from './findings.ts'

export type Located = LocatedMap | LocatedList | LocatedScalar

export interface LocatedMap {
  readonly kind: 'map'
  readonly at: Position
  readonly entries: ReadonlyMap<string, LocatedEntry>
  /** Stands for something else that should have been a map, and was reported; see read-map.ts. */
  readonly isBroken?: boolean
}

export interface LocatedEntry {
  readonly keyAt: Position
  readonly value: Located
}

export interface LocatedList {
  readonly kind: 'list'
  readonly at: Position
  readonly items: readonly Located[]
  /** Something in it was reported already; see expand.ts. */
  readonly isBroken?: boolean
}

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly at: Position
  readonly value: unknown
  /** The characters of the file, so that an id such as 0012 keeps its zeros. */
  readonly source: string
  /** The environment variables that were put into the value; see expand.ts. */
  readonly variables?: readonly string[]
  /** What was wrong with a variable was reported already. */
  readonly isBroken?: boolean
}

/** One text of the configuration and where it comes from. */
export interface Source {
  /** The name of the file as the person wrote it, or of the variable that holds the text. */
  readonly name: string
  readonly text: string
  readonly form: 'yaml' | 'json'
}

/** Above this many keys and values, written out, it is some other file, or one that is made to blow up. */
const mostNodes = 20_000

/**
 * Whether a tree can be read within a blink; if not, that is noted. What an alias repeats counts each time, since
 * each time it is read: a list of lists of lists takes few characters and means millions of values.
 */
export function isReadable(root: Located, findings: Findings): boolean {
  const sizes = new Map<Located, number>()
  const sizeOf = (node: Located): number => {
    const known = sizes.get(node)
    if (known !== undefined) return known
    const below =
      node.kind === 'map'
        ? [...node.entries.values()].map(({ value }) => value)
        : node.kind === 'list'
          ? node.items
          : []
    const size = below.reduce((sum, each) => sum + sizeOf(each), 1)
    sizes.set(node, size)
    return size
  }
  if (sizeOf(root) <= mostNodes) return true
  const text = `this holds more than ${mostNodes} keys and values, with what its aliases repeat; a configuration never does; name another file, or write out less`
  findings.faults.push({ at: root.at, path: '', text })
  return false
}

/** What is said of a text whose brackets or indents go deeper than any configuration. */
export const tooDeep =
  'this goes deeper than a configuration ever does, hundreds of levels; it is some other file, or damaged; name another file'
