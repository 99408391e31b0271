// A small disk in memory, in a mount namespace of the process that is to see it. In a user namespace of one's own anybody may mount it;
// where the system forbids those, only the superuser.

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'

export interface SmallDisk {
  /** What stands before a command, which then has the disk in the place of the folder. */
  readonly through: readonly string[]
  /** The way to the disk from here, by a process that has it. */
  from(pid: number): string
}

/**
 * @param folder must exist
 * @param size bytes
 * @returns undefined where this user may not mount
 */
export function smallDisk(folder: string, size: number): SmallDisk | undefined {
  const mounts = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`
  for (const namespaces of [['--user', '--map-root-user', '--mount'], ['--mount']]) {
    const through = ['unshare', ...namespaces, 'sh', '-c', mounts, folder]
    const [program = '', ...rest] = through
    if (spawnSync(program, [...rest, 'true']).status === 0)
      return { through, from: pid => `/proc/${pid}/root${folder}` }
  }
  return undefined
}

/** Writes a file until nothing more goes in. */
export function fill(file: string): void {
  const handle = openSync(file, 'w')
  try {
    for (const piece of [1024 * 1024, 4096]) {
      const zeros = Buffer.alloc(piece)
      try {
        for (;;) writeSync(handle, zeros)
      } catch {
        // Full; the smaller pieces fill the rest.
      }
    }
  } finally {
    closeSync(handle)
  }
}
