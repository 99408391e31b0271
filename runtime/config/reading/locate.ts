// Where a configuration file may be, by the name that a person gave it. Pure.

import { isAbsolute, join, resolve } from 'node:path'

/** The folder of the vendor's container, which holds config/, certs/, credentials/ and state/. */
export const containerHome = '/devo-collector'

/**
 * The paths under which a file is looked for, in this order. As written comes first; then, since the vendor's
 * `CONFIG_FILE=config.yaml` names no folder, the folder config/ here, and the one of the vendor's container.
 */
export function pathsFor(name: string, workingDirectory: string): string[] {
  if (isAbsolute(name)) return [name]
  const isBare = !name.includes('/')
  const paths = [
    resolve(workingDirectory, name),
    ...(isBare ? [resolve(workingDirectory, 'config', name), join(containerHome, 'config', name)] : []),
    ...(isBare ? [] : [join(containerHome, name)]),
  ]
  // In the container itself two of them are the same.
  return [...new Set(paths)]
}

/** The vendor keeps the file in `config`, beside `certs` and `state`; elsewhere these are beside the file. */
export function homeOf(file: string): string {
  const folder = resolve(file, '..')
  return folder.endsWith('/config') ? resolve(folder, '..') : folder
}
