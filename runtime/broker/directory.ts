// The embedded broker's directory: `data` is Kafka's, `tmp` is Java's, the rest is written at each start.

import { accessSync, constants, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigurationError, reasonOf } from '../errors.ts'

/** Makes the directory if it is absent. Throws ConfigurationError if podpipe may not write there. */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new ConfigurationError(
      `Cannot use ${directory} as the data directory of the embedded Kafka broker: ${reasonOf(error)}. ${advice(directory, error)}`,
    )
  }
}

/** In a container the folder is most often somebody else's: that of whoever ran another collector there as root. */
function advice(directory: string, error: unknown): string {
  const isRefused = error instanceof Error && 'code' in error && error.code === 'EACCES'
  const above = isRefused ? nearestAbove(directory) : undefined
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  if (above === undefined || user === undefined)
    return 'Give podpipe a persistence directory that it may write to.'
  return (
    `${above.path} belongs to user ${above.owner}, and podpipe runs as user ${user}. ` +
    `Give it to that user (in a container: on the host, chown -R ${user}:${group} on the folder that is mounted there), ` +
    'or run podpipe as its owner (docker run --user).'
  )
}

/** The folder itself, or the first one above it that is there. */
function nearestAbove(directory: string): { readonly path: string; readonly owner: number } | undefined {
  for (let path = directory; ; path = dirname(path)) {
    try {
      return { path, owner: statSync(path).uid }
    } catch {
      if (path === dirname(path)) return undefined
    }
  }
}

/** Empties the folder for temporary files: a killed Java leaves the native libraries that it has unpacked. */
export function clearTemporary(directory: string): void {
  rmSync(join(directory, 'tmp'), { recursive: true, force: true })
  mkdirSync(join(directory, 'tmp'))
}
