// The place in the file where the reading is, the two things that can be said about it, and what was read. Pure.

import type { LocatedMap } from './document.ts'
import type { Findings, Position } from './findings.ts'

/** A value that counts, and where it comes from. */
export interface Reading {
  /** In the spelling of the file; undefined if nothing counts. The value of a secret is never here. */
  readonly value: unknown
  readonly isSecret: boolean
  /** A place in the file, or the name of what else the value comes from; undefined for a default. */
  readonly from: Position | string | undefined
}

/** Where the reading is, and what goes with it everywhere. */
export interface Context {
  /** The keys that lead here, joined by dots; empty at the top. */
  readonly path: string
  /** Where the map or the value begins, or the variable it comes from; a missing key is reported where its map begins. */
  readonly at: Position | string
  readonly findings: Findings
  /** What counts under each path, in the order of the reading. */
  readonly readings: Map<string, Reading>
  readonly env: NodeJS.ProcessEnv
  /** The time by which times in the file are judged, in milliseconds since 1970. */
  readonly now: number
}

/** The context of an entry below this one. */
export const inside = (context: Context, key: string, at: Context['at']): Context => ({
  ...context,
  path: context.path === '' ? key : `${context.path}.${key}`,
  at,
})

/**
 * The context of a value further down, for what is found out after the keys were read.
 * Each step is a key or its possible names; where the file has none of them, the place stays the map's.
 */
export function below(
  context: Context,
  map: LocatedMap | undefined,
  ...steps: readonly (string | readonly string[])[]
): Context {
  const [step, ...rest] = steps
  if (step === undefined) return context
  const names = typeof step === 'string' ? [step] : step
  const name = names.find(each => map?.entries.has(each)) ?? names[0] ?? ''
  const value = map?.entries.get(name)?.value
  const here = inside(context, name, value?.at ?? context.at)
  return below(here, value?.kind === 'map' ? value : undefined, ...rest)
}

/** Notes what stops podpipe: what; why; what to do. */
export const fault = ({ findings, at, path }: Context, text: string): void =>
  void findings.faults.push({ at, path, text })

/** Notes what is odd but stops nothing. */
export const warn = ({ findings, at, path }: Context, text: string): void =>
  void findings.warnings.push({ at, path, text })

/** Notes what counts for keys below this one that the file leaves open, once that is known. */
export function settleAll({ readings, path }: Context, values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) {
    const name = path === '' ? key : `${path}.${key}`
    const known = readings.get(name)
    if (known?.from === undefined) readings.set(name, { value, isSecret: false, from: undefined })
  }
}
