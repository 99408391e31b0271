// What the schema of the file is made of, and the type of the values that come out of it. Each key stands once, with
// its format, rule, default, meaning and origin: reading, validation, the generated pages, the example and the
// schema for editors all come from there. The entries themselves are in top-level.ts and what it imports.

import type { LocatedMap } from '../reading/document.ts'
import type { FormatName, Limits, Parsed } from '../values/formats.ts'

/** Since when a key is there: always, as the vendor's, or since a version of podpipe. */
export type Since = 'vendor' | '0.1.0'

/** One key with a value: what it may hold, what it is when absent, and one line on what it means. */
export interface Item extends Limits {
  readonly format: FormatName
  /** In the spelling of the file, such as `1h`; undefined means that there is no value when absent. */
  readonly default: unknown
  readonly since: Since
  readonly doc: string
  /** What counts when the key is absent, where that depends on other things; `config show` has the value. */
  readonly otherwise?: string
  /** An absent key is a fault. Its value is still undefined for the reader, who then goes on. */
  readonly required?: boolean
  /** The value is a secret: it is in no message. */
  readonly sensitive?: boolean
  /** Where else a secret may come from; see parts/secrets.ts. */
  readonly secret?: SecretSources
  /** No secret, but it may hold one by mistake: it is in no message either. */
  readonly quiet?: boolean
  /** The length that the vendor's rule allows, where podpipe warns of others and takes them. */
  readonly usualLength?: readonly [number, number]
  /** Other names that the vendor takes for the key. */
  readonly aliases?: readonly string[]
  /** An environment variable that goes before the file. */
  readonly env?: string
  /** The value in the vendor's sample; the example shows the key with it. */
  readonly sample?: string
  /** A value for the example, where the default says too little; the key is behind a `#` there. */
  readonly example?: string
}

/**
 * The key beside it that names a file with the secret, and the variable; `<variable>_FILE` names a file too. One of which
 * there are several has no variable.
 */
export interface SecretSources {
  readonly fileKey: string
  readonly variable?: string
}

/** A key of the vendor that podpipe takes and leaves without effect; `doc` says why. */
export interface IgnoredItem {
  readonly format: 'ignored'
  readonly default: undefined
  readonly since: 'vendor'
  readonly doc: string
}

/** A key whose own keys are free names, and under each of them the keys of one of `kinds`. */
export interface MapItem {
  readonly format: 'map'
  readonly default: undefined
  readonly since: Since
  readonly doc: string
  readonly required: boolean
  readonly kinds: readonly EntryKind[]
  readonly examples: readonly EntryExample[]
}

/** What may stand under a free name. */
export interface EntryKind {
  /** What these entries are, such as `over TLS`; empty where there is one kind only. */
  readonly title: string
  /** The values of the entry's `type` that make it one of this kind; empty where there is one kind only. */
  readonly types: readonly string[]
  readonly keys: Shape
}

/** An entry of the example: a name, which of its keys are shown, and whether it stands there without `#`. */
export interface EntryExample {
  readonly name: string
  readonly kind: number
  readonly isShown: boolean
  /** The paths below the entry that are shown, with values of their own or the usual ones; all if absent. */
  readonly only?: Readonly<Record<string, string | undefined>>
  readonly doc?: string
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

/** Whether an entry is one value that podpipe reads. */
export const isValue = (entry: Shape[string]): entry is Item =>
  isItem(entry) && entry.format !== 'ignored' && entry.format !== 'map'

/** The other names of a key. */
export const aliasesOf = (entry: Shape[string]): readonly string[] =>
  isValue(entry) ? (entry.aliases ?? []) : []

/** A key that is taken over from the vendor without effect. */
export const ignored = (why: string): IgnoredItem => ({
  format: 'ignored',
  default: undefined,
  since: 'vendor',
  doc: why,
})

/** The keys that stand in for a required one. */
export const substitutesOf = (entry: Shape[string]): readonly string[] =>
  isValue(entry) && entry.secret !== undefined ? [entry.secret.fileKey] : []

/** The variables of the environment that a secret may come from: its own, and the one that names a file. */
export const variablesOf = ({ variable }: SecretSources): readonly string[] =>
  variable === undefined ? [] : [variable, `${variable}_FILE`]
