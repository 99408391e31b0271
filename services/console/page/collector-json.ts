// The JSON of a collector as a form sees it: read from the text, and written back into it. The text is what counts; the form
// follows it and changes what it shows, and leaves everything else as it is. Pure.

/** Plain JSON. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

/** What the text holds, if a form can show it. */
export interface Shown {
  readonly name: string
  readonly input: JsonObject
}

/** The one input of the text; undefined where a form can show nothing: broken JSON, or none or several inputs. */
export function readText(text: string): Shown | undefined {
  let root: Json
  try {
    root = JSON.parse(text)
  } catch {
    return undefined
  }
  const inputs = isObject(root) ? root.inputs : undefined
  const [first, second] = isObject(inputs) ? Object.entries(inputs) : []
  if (first === undefined || second !== undefined || !isObject(first[1])) return undefined
  return { name: first[0], input: first[1] }
}

/** The text of an input, as it is written everywhere. */
export const writeText = ({ name, input }: Shown): string =>
  JSON.stringify({ inputs: { [name]: input } }, null, 2)

/** What stands under keys; undefined where there is nothing. */
export function valueAt(value: Json | undefined, keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((here, key) => (isObject(here) ? here[key] : undefined), value)
}

/** The same with another value under keys; undefined takes the key away. Objects on the way are made. */
export function withValueAt(
  value: Json | undefined,
  keys: readonly string[],
  set: Json | undefined,
): JsonObject {
  const object = isObject(value) ? value : {}
  const [key = '', ...rest] = keys
  const { [key]: before, ...others } = object
  if (rest.length === 0 && set === undefined) return others
  const changed = rest.length === 0 ? (set ?? null) : withValueAt(before, rest, set)

  return { ...object, [key]: changed }
}

/** A value as a field of a form shows it. */
export const textOfValue = (value: Json | undefined): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a new collector begins with: the vendor's sample, with what must be filled in left empty. */
export const newCollector = `{
  "inputs": {
    "proofpoint_2": {
      "id": "",
      "enabled": true,
      "credentials": {
        "cluster_id": "",
        "api_key": ""
      },
      "environment": "",
      "services": {
        "message": {
          "request_period_in_seconds": 60
        },
        "maillog": {
          "request_period_in_seconds": 60
        }
      }
    }
  }
}`
