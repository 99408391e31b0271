// The embedded broker's directory: `data` is Kafka's, `tmp` is Java's, the rest is written at each start.

import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError, reasonOf } from '../errors.ts'

/** Makes the directory if it is absent. Throws ConfigurationError if podpipe may not write there. */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new ConfigurationError(
      `Cannot use ${directory} as the data directory of the embedded Kafka broker: ${reasonOf(error)}. ` +
        'Give podpipe a persistence directory that it may write to.',
    )
  }
}

/** Empties the folder for temporary files: a killed Java leaves the native libraries that it has unpacked. */
export function clearTemporary(directory: string): void {
  rmSync(join(directory, 'tmp'), { recursive: true, force: true })
  mkdirSync(join(directory, 'tmp'))
}
