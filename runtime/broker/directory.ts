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
    const above = nearestAbove(directory)
    const reader = { user: process.getuid?.(), group: process.getgid?.() }
    throw new ConfigurationError(
      `Cannot use ${directory} as the data directory of the embedded Kafka broker: ${refusalAt(above?.path) ?? reasonOf(error)}. ${adviceFor(above, reader)}`,
    )
  }
}

/** What the folder itself says: on a read-only file system Node tells of making a folder below it that it does not exist. */
function refusalAt(path: string | undefined): string | undefined {
  try {
    if (path !== undefined) accessSync(path, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

interface Folder {
  readonly path: string
  readonly owner: number
  /** What its owner may do there: the three bits of its mode. */
  readonly ownersRights: number
}

/**
 * What a person has to do so that podpipe can write there. Pure.
 * In a container the folder is most often somebody else's: that of whoever ran another collector there as root.
 */
export function adviceFor(
  folder: Folder | undefined,
  { user, group }: { readonly user: number | undefined; readonly group: number | undefined },
): string {
  if (folder === undefined || user === undefined)
    return 'Give podpipe a persistence directory that it may write to.'
  const { path, owner, ownersRights } = folder
  if (owner !== user)
    return (
      `${path} belongs to user ${owner}, and podpipe runs as user ${user}. ` +
      `Give it to that user (in a container: on the host, chown -R ${user}:${group} on the folder that is mounted there), ` +
      'or run podpipe as its owner (docker run --user).'
    )
  if ((ownersRights & 0o3) !== 0o3)
    return `${path} is podpipe's own, but its mode lets nobody write there: chmod u+rwx ${path} (in a container: on the host, on the folder that is mounted there).`
  return `${path} is on a file system that is mounted for reading only: mount it so that podpipe can write there (in a container: without :ro).`
}

/** The folder itself, or the first one above it that is there. */
function nearestAbove(directory: string): Folder | undefined {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const { uid, mode } = statSync(path)
      return { path, owner: uid, ownersRights: (mode >> 6) & 0o7 }
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
