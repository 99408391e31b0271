// What a convict schema of podpipe is made of, and the type of the values that come out of it.
// The schemas themselves are vendor-keys.ts and own-keys.ts; reading against them is read-shape.ts.

import type { LocatedMap } from '../reading/document.ts'
import type { FormatName, Limits, Parsed } from '../values/formats.ts'

/** One key with a value: what it may hold, what it is when absent, and one line on what it means. */
export interface Item extends Limits {
  readonly format: FormatName
  /** In the spelling of the file, such as `1h`; undefined means that there is no value when absent. */
  readonly default: unknown
  readonly doc: string
  /** An absent key is a fault. Its value is still undefined for the reader, who then goes on. */
  readonly required?: boolean
  /** Keys beside it, and variables of the environment, that stand in for a required key; others read them. */
  readonly unless?: { readonly keys: readonly string[]; readonly variables: readonly string[] }
  /** The value is a secret: it is in no message. */
  readonly sensitive?: boolean
  /** No secret, but it may hold one by mistake: it is in no message either. */
  readonly quiet?: boolean
  /** Other names that the vendor takes for the key. */
  readonly aliases?: readonly string[]
  /** An environment variable that goes before the file. */
  readonly env?: string
}

/** A key of the vendor that podpipe takes and leaves without effect; `doc` says why. */
export interface IgnoredItem {
  readonly format: 'ignored'
  readonly default: undefined
  readonly doc: string
}

/** A key whose own keys are free names, read by other shapes. */
export interface MapItem {
  readonly format: 'map'
  readonly default: undefined
  readonly doc: string
  readonly required?: boolean
}

/** Keys and what they hold; a key without `format` is a group of keys. */
export interface Shape {
  readonly [key: string]: Item | IgnoredItem | MapItem | Shape
}

/** What readShape returns: every key, parsed; undefined where the schema has no default. */
export type Values<S> = {
  readonly [Key in keyof S]: S[Key] extends { readonly format: infer Format; readonly default: infer Default }
    ? Value<Format, Default>
    : Values<S[Key]>
}

type Value<Format, Default> = Format extends 'map'
  ? LocatedMap | undefined
  : Format extends FormatName
    ? Parsed<Format> | (undefined extends Default ? undefined : never)
    : undefined

/** Whether an entry of a shape holds a value, rather than more keys. */
export const isItem = (entry: Shape[string]): entry is Item | IgnoredItem | MapItem =>
  typeof entry.format === 'string'

/** The other names of a key. */
export const aliasesOf = (entry: Shape[string]): readonly string[] =>
  isItem(entry) && 'aliases' in entry ? (entry.aliases ?? []) : []

/** The keys that stand in for a required one. */
export const substitutesOf = (entry: Shape[string]): readonly string[] =>
  isItem(entry) && 'unless' in entry ? (entry.unless?.keys ?? []) : []

/** A key that is taken over from the vendor without effect. */
export const ignored = (why: string): IgnoredItem => ({ format: 'ignored', default: undefined, doc: why })

/** A key that holds free names. */
export const mapOf = <Required extends boolean>(doc: string, required: Required) =>
  ({ format: 'map', default: undefined, doc, required }) as const satisfies MapItem
