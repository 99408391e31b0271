// Reads one value against its item of a convict schema, with the environment before the file. Pure.

import { basename } from 'node:path'
import convict from 'convict'
import type { Item } from '../schema/shape.ts'
import { convictName, formats } from '../values/formats.ts'
import type { Context } from './context.ts'
import type { Located } from './document.ts'
import { inTwo, quoted } from './findings.ts'

/** The parsed value; the default where there is none or a faulty one, and undefined where there is no default. */
export function readItem(item: Item, located: Located | undefined, here: Context): unknown {
  const variable = item.env === undefined || !here.env[item.env] ? undefined : item.env
  const fromFile = located === undefined ? undefined : plainValue(item, located)
  const raw = variable === undefined ? fromFile : here.env[variable]
  const isSecret = item.sensitive === true
  if (raw === undefined) {
    here.readings.set(here.path, { value: item.default, isSecret, from: undefined })
    return parse(item, item.default)
  }

  const at = variable === undefined ? (located?.at ?? here.at) : `environment variable ${variable}`
  const shown = shownAs(raw, variable === undefined ? located : undefined)
  const wrong = placeholderIn(raw, item) ?? faultOf(item, raw, shown)
  if (wrong !== undefined) {
    here.findings.faults.push({ at, path: here.path, text: wrong })
    return parse(item, item.default)
  }
  const odd = oddLength(item, raw)
  if (odd !== undefined) here.findings.warnings.push({ at, path: here.path, text: odd })
  here.readings.set(here.path, { value: isSecret ? undefined : raw, isSecret, from: at })
  return parse(item, raw)
}

/** What is odd about a value that the vendor's rule calls too short or too long. */
function oddLength({ usualLength }: Item, value: unknown): string | undefined {
  if (usualLength === undefined || typeof value !== 'string') return undefined
  const [min, max] = usualLength
  const { length } = basename(value)
  if (length >= min && length <= max) return undefined
  return `has ${length} characters, and the vendor's rule is ${min} to ${max}; the vendor's sample does not keep to such rules, so podpipe takes it as it is; nothing has to be done`
}

const parse = (item: Item, value: unknown): unknown =>
  value === undefined ? undefined : formats[item.format](value, item)

/** What convict holds against a value. */
function faultOf(item: Item, value: unknown, shown: string): string | undefined {
  // Convict walks into maps as if they were more schema, so a map never gets that far.
  if (isPlainObject(value)) return `must be a single value, found keys; write the value on the same line`
  // `sensitive` keeps convict from adding the value to its message; what may be shown is added here.
  const schema = { value: { ...item, format: convictName(item.format), env: undefined, sensitive: true } }
  try {
    convict<{ value: unknown }>(schema, { env: {}, args: [] })
      .set('value', value)
      .validate({ allowed: 'strict' })
    return undefined
  } catch (error) {
    const [what, advice] = inTwo((error as Error).message.replace(/^value: /, ''))
    return item.sensitive || item.quiet ? `${what}; ${advice}` : `${what} (found ${shown}); ${advice}`
  }
}

/** The vendor's documentation marks what must be filled in with angle brackets. */
function placeholderIn(value: unknown, item: Item): string | undefined {
  const [found] = (typeof value === 'string' && /<[^<>]*>/.exec(value)) || []
  if (found === undefined) return undefined
  if (item.sensitive) {
    // A real key may hold brackets somewhere; a placeholder is nothing but brackets.
    return value === found ? 'still holds the placeholder of the documentation; fill it in' : undefined
  }
  return `still holds the placeholder ${quoted(found)}; fill it in: ${item.doc}`
}

function plainValue(item: Item, located: Located): unknown {
  if (located.kind === 'map') return {}
  if (located.kind === 'list') return located.items.map(each => plainValue(item, each))
  // An id or a name of digits only is a number to YAML; its text is what the person wrote.
  return typeof located.value === 'number' && item.format !== 'whole' && item.format !== 'seconds'
    ? located.source
    : located.value
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Numbers were turned back into text above; they are shown without quotes, as they stand in the file. What a
// variable holds is not shown at all: it may be the wrong one, and a secret.
function shownAs(value: unknown, located: Located | undefined): string {
  if (located?.kind !== 'scalar') return quoted(value)
  if (located.variables !== undefined && located.variables.length > 0) return located.source
  return typeof located.value === 'number' ? located.source : quoted(value)
}
