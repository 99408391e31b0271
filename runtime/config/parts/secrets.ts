// A secret of the configuration: written out, in a file of its own, or from the environment.
// Pure but for the files, which come through a function of the caller.

import { reasonOf } from '../../errors.ts'
import { below, type Context, fault, inside } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { findFile, type Places } from '../reading/find-file.ts'
import { isGiven } from '../reading/read-map.ts'
import { type Item, type SecretSources, variablesOf } from '../schema/shape.ts'
import { type FormatName, formats } from '../values/formats.ts'

/** The schema's entry of a secret, which says where else it may come from. */
export type SecretItem = Item & { readonly format: FormatName; readonly secret: SecretSources }

/** A secret as far as it could be read; it is never in a finding. */
export interface ReadSecret {
  readonly text: string | undefined
  /** The variable of the environment that stood in for the file's key. */
  readonly variable: string | undefined
}

/** Where the secret stands: the group of keys, and the keys with their values as they were read. */
export interface SecretPlace {
  readonly key: string
  readonly map: LocatedMap | undefined
  readonly here: Context
  readonly values: Readonly<Record<string, unknown>>
  readonly places: Places
}

/**
 * Reads one secret. The environment counts where the file says nothing, since with several inputs the file alone can
 * say whose key it is.
 */
export function readSecret(item: SecretItem, place: SecretPlace): ReadSecret {
  const { key, map, here, values } = place
  const { fileKey } = item.secret
  const [isWritten, isNamed] = [isGiven(map, key), isGiven(map, fileKey)]
  if (isWritten && isNamed) {
    fault(below(here, map, fileKey), `stands beside ${key}; only one can count; remove one of the two`)
    return none
  }
  if (isWritten) return { ...none, text: textOf(values[key]) }
  if (!isNamed) return fromEnvironment(item, place)
  const fileHere = below(here, map, fileKey)
  noteSource(place, fileHere.at)
  return { ...none, text: secretIn(textOf(values[fileKey]), item, fileHere, place) }
}

function fromEnvironment(item: SecretItem, place: SecretPlace): ReadSecret {
  const { key, here } = place
  const [variable, fileVariable] = variablesOf(item.secret)
  if (variable === undefined || fileVariable === undefined) return none
  const [text, file] = [here.env[variable], here.env[fileVariable]]
  const from = (name: string): Context => ({
    ...inside(here, key, here.at),
    at: `environment variable ${name}`,
  })
  if (text && file) {
    fault(from(fileVariable), `stands beside ${variable}; only one can count; unset one of them`)
    return none
  }
  if (!text && !file) return none
  const used = text ? variable : fileVariable
  noteSource(place, `environment variable ${used}`)
  const secret = text ? checked(text, '', item, from(used)) : secretIn(file, item, from(used), place)
  return { text: secret, variable: used }
}

const none: ReadSecret = { text: undefined, variable: undefined }

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const noteSource = ({ key, here }: SecretPlace, from: Context['at']): void => {
  const path = inside(here, key, here.at).path
  here.readings.set(path, { value: undefined, isSecret: true, from })
}

function secretIn(
  name: string | undefined,
  item: SecretItem,
  here: Context,
  { key, places }: SecretPlace,
): string | undefined {
  if (name === undefined) return undefined
  if (looksLikeSecret(name)) {
    fault(here, 'holds a key, not the name of a file, and is not shown; name the file that the key is in')
    return undefined
  }
  const found = findFile(name, here, places, `it is to hold ${key}`)
  return found === undefined ? undefined : checked(found.text.trim(), `the file ${found.path} `, item, here)
}

// A slip of one line must not show a key: it is far longer than the name of a file, and knows no folders.
const looksLikeSecret = (name: string): boolean => name.length > 60 && !name.includes('/')

function checked(text: string, holder: string, item: SecretItem, here: Context): string | undefined {
  try {
    return String(formats[item.format](text, item))
  } catch (error) {
    fault(here, `${holder}${reasonOf(error)}`)
    return undefined
  }
}
