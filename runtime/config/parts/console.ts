// The part `console` of the file. Pure but for the files that it may name.

import type { ConsoleSettings } from '../config.ts'
import { below, type Context, fault } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import type { Places } from '../reading/find-file.ts'
import { consoleKeys } from '../schema/console.ts'
import type { Values } from '../schema/shape.ts'
import { keysIn } from '../values/secret-keys.ts'
import { readAccess } from './console-access.ts'
import { readSecret } from './secrets.ts'

// Less could be guessed from what is sealed, which everybody may read who reads the topic.
const shortestKey = 32

/** The settings of the console. */
export function readConsole(
  values: Values<typeof consoleKeys>,
  root: LocatedMap,
  context: Context,
  places: Places,
): ConsoleSettings {
  const { enabled, host, port, base_path: basePath, services } = values
  const value = root.entries.get('console')?.value
  const part = {
    map: value?.kind === 'map' ? value : undefined,
    here: below(context, root, 'console'),
    places,
  }
  const { text: secretKey } = readSecret(consoleKeys.secret_key, { key: 'secret_key', values, ...part })
  const short = keysIn(secretKey ?? '').find(each => each.length < shortestKey)
  if (short !== undefined) {
    const text = `has ${short.length} characters, and what is sealed with so few could be guessed; use ${shortestKey} at least, such as openssl rand -base64 32 prints`
    fault(below(part.here, part.map, ['secret_key', 'secret_key_file']), text)
  }
  return { enabled, host, port, basePath, services, secretKey, ...readAccess(values, part) }
}
