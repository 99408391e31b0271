// The API keys of an input: written out, in files of their own, or from the environment.
// Pure but for the files, which come through a function of the caller.

import { reasonOf } from '../../errors.ts'
import { below, type Context, fault, inside } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import { findFile, type Places } from '../reading/find-file.ts'
import { isGiven } from '../reading/read-map.ts'
import type { Values } from '../schema/shape.ts'
import type { inputKeys } from '../schema/vendor-keys.ts'
import { formats } from '../values/formats.ts'

/** The keys as far as they could be read; a key is never in a finding. */
export interface ReadKeys {
  readonly apiKey: string | undefined
  readonly backfillApiKey: string | undefined
  /** Variables of the environment that stood in for keys of the file. */
  readonly variables: readonly string[]
}

const variables = {
  api_key: ['PODPIPE_API_KEY', 'PODPIPE_API_KEY_FILE'],
  backfill_api_key: ['PODPIPE_BACKFILL_API_KEY', 'PODPIPE_BACKFILL_API_KEY_FILE'],
} as const

type Role = keyof typeof variables
type Credentials = Values<typeof inputKeys.credentials>

/**
 * Reads the keys of an input. The environment counts where the file says nothing, since with several inputs the
 * file alone can say whose key it is.
 * @param input the map that holds `credentials`
 */
export function readKeys(
  values: Credentials,
  input: LocatedMap | undefined,
  inputHere: Context,
  places: Places,
): ReadKeys {
  const value = input?.entries.get('credentials')?.value
  const map = value?.kind === 'map' ? value : undefined
  const here = below(inputHere, input, 'credentials')
  const used: string[] = []

  const read = (role: Role): string | undefined => {
    const fileRole = `${role}_file` as const
    const [isWritten, isNamed] = [isGiven(map, role), isGiven(map, fileRole)]
    if (isWritten && isNamed) {
      fault(below(here, map, fileRole), `stands beside ${role}; only one can count; remove one of the two`)
      return undefined
    }
    if (isWritten) return values[role]
    if (isNamed) return keyIn(values[fileRole], below(here, map, fileRole), places)
    return fromEnvironment(role)
  }

  const fromEnvironment = (role: Role): string | undefined => {
    const [variable, fileVariable] = variables[role]
    const [text, file] = [here.env[variable], here.env[fileVariable]]
    if (text && file) {
      fault(
        fromVariable(fileVariable, role),
        `stands beside ${variable}; only one can count; unset one of them`,
      )
      return undefined
    }
    if (text) {
      used.push(variable)
      return checkedKey(text, '', fromVariable(variable, role))
    }
    if (!file) return undefined
    used.push(fileVariable)
    return keyIn(file, fromVariable(fileVariable, role), places)
  }

  const fromVariable = (variable: string, role: Role): Context => ({
    ...inside(here, role, here.at),
    at: `environment variable ${variable}`,
  })

  const [apiKey, backfillApiKey] = [read('api_key'), read('backfill_api_key')]
  if (backfillApiKey !== undefined && backfillApiKey === apiKey) {
    const text =
      'is the same as api_key; Proofpoint allows one session a key and answers 409 to the second; make a second key, or remove this one'
    fault(below(here, map, ['backfill_api_key', 'backfill_api_key_file']), text)
  }
  return { apiKey, backfillApiKey, variables: used }
}

function keyIn(name: string | undefined, here: Context, places: Places): string | undefined {
  if (name === undefined) return undefined
  if (looksLikeKey(name)) {
    fault(here, 'holds a key, not the name of a file, and is not shown; name the file that the key is in')
    return undefined
  }
  const found = findFile(name, here, places, 'it is to hold the API key')
  return found === undefined ? undefined : checkedKey(found.text.trim(), `the file ${found.path} `, here)
}

// A slip of one line must not show a key: it is far longer than the name of a file, and knows no folders.
const looksLikeKey = (name: string): boolean => name.length > 60 && !name.includes('/')

function checkedKey(text: string, holder: string, here: Context): string | undefined {
  try {
    return formats.token(text)
  } catch (error) {
    fault(here, `${holder}${reasonOf(error)}`)
    return undefined
  }
}
