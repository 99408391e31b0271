// A JSON Schema of the file for editors, from the schema of the keys. Pure.

import { type EntryKind, type Item, isItem, type MapItem, type Shape } from '../schema/shape.ts'
import { topLevelKeys } from '../schema/top-level.ts'
import { type Json, rules, variable } from '../values/rules.ts'

/** The schema as it is in the repository; it is for editors, podpipe itself checks more. */
export function jsonSchema(): Json {
  // The vendor's cloud JSON has its globals under this name; they go before `globals`.
  const shape: Shape = { global_overrides: topLevelKeys.globals, ...topLevelKeys }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: "podpipe's configuration",
    ...objectOf(shape),
  }
}

/** The same as it is printed and kept. */
export const schemaText = (): string => `${JSON.stringify(jsonSchema(), undefined, 1)}\n`

function objectOf(shape: Shape): Json {
  const properties = Object.fromEntries(
    Object.entries(shape).flatMap(([key, entry]) => {
      const aliases = (isItem(entry) && 'aliases' in entry && entry.aliases) || []
      return [key, ...aliases].map(name => [name, entryOf(entry)])
    }),
  )
  return { type: ['object', 'null'], properties, additionalProperties: false }
}

function entryOf(entry: Shape[string]): Json {
  if (!isItem(entry)) return objectOf(entry)
  if (entry.format === 'ignored')
    return { description: `No effect in podpipe: ${entry.doc}.`, deprecated: true }
  return entry.format === 'map' ? mapOf(entry) : valueSchema(entry)
}

function valueSchema(item: Item): Json {
  const isShown = item.default !== undefined && item.sensitive !== true
  return {
    description: item.doc,
    ...(isShown ? { default: item.default } : {}),
    // Empty quotes are a blank, where a blank is allowed: JSON has no other way to write one.
    anyOf: [rules[item.format].json(item), variable, { enum: item.required === true ? [null] : [null, ''] }],
  }
}

function mapOf({ doc, kinds }: MapItem): Json {
  const [first, ...others] = kinds
  const entry = others.length === 0 && first !== undefined ? objectOf(first.keys) : byType(kinds)
  return { description: doc, type: ['object', 'null'], additionalProperties: entry }
}

/** The keys of an entry depend on its type, and an editor is to name those of that type only. */
function byType(kinds: readonly EntryKind[]): Json {
  const types = kinds.flatMap(kind => kind.types)
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: types } },
    allOf: kinds.map(kind => ({
      if: { properties: { type: { enum: kind.types } }, required: ['type'] },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word.
      then: objectOf(kind.keys),
    })),
  }
}
