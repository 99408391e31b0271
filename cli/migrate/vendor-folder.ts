// What stands in a folder of the vendor's collector: its configuration, certificates and state. Reads only.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationFaults } from '@podpipe/runtime/config/faults.ts'
import { expiryOf } from '@podpipe/runtime/config/parts/certificates.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { largestPickle, readPickle } from './pickle.ts'
import { digestIn, type StateOwner, stateNames } from './state-names.ts'
import { type Choice, chooseTime, type FoundTime, findTimes } from './state-times.ts'

export interface VendorFolder {
  readonly directory: string
  readonly configFile: string
  readonly config: { readonly good: PodpipeConfig } | { readonly faults: readonly string[] }
  /** Version numbers of the collector that files beside it name, and where. */
  readonly versions: readonly { readonly file: string; readonly version: string }[]
  readonly certificates: readonly { readonly file: string; readonly daysLeft: number }[]
  /** How many files credentials/ holds. */
  readonly credentials: number
  readonly states: readonly StateFile[]
}

export interface StateFile {
  readonly file: string
  /** When it was last written; milliseconds since 1970. */
  readonly writtenAt: number
  /** Undefined for a name that no stream of the configuration has. */
  readonly owner: StateOwner | undefined
  readonly found: readonly FoundTime[]
  /** The time to go on from, or why there is none. */
  readonly choice: Choice
}

/**
 * Looks at everything and changes nothing.
 * @param env as `podpipe run` would have it
 * @param now milliseconds since 1970
 * @throws ConfigurationError when there is no such folder
 */
export function readVendorFolder(
  directory: string,
  configName: string | undefined,
  env: NodeJS.ProcessEnv,
  now: number,
): VendorFolder {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigurationError(
      `${directory}: there is no such folder. Name the one that holds the collector's config/, certs/ and state/.`,
    )
  }
  const configFile = configName ?? join(directory, 'config', 'config.yaml')
  const config = configOf(configFile, env, now)
  const names = 'good' in config ? stateNames(config.good.inputs) : new Map<string, StateOwner>()
  const stateDirectory = 'good' in config ? config.good.stateDirectory : join(directory, 'state')
  return {
    directory: resolve(directory),
    configFile,
    config,
    versions: filesOf(directory).flatMap(file => versionOf(join(directory, file), file)),
    certificates: filesOf(join(directory, 'certs')).flatMap(file => {
      const text = textOf(join(directory, 'certs', file))
      const expires = text === undefined ? undefined : expiryOf(text)
      if (expires === undefined) return []
      return [{ file: join('certs', file), daysLeft: Math.floor((expires.getTime() - now) / 86_400_000) }]
    }),
    credentials: filesOf(join(directory, 'credentials')).length,
    states: filesOf(stateDirectory).map(file =>
      stateOf(join(stateDirectory, file), names.get(digestIn(file)), now),
    ),
  }
}

function configOf(file: string, env: NodeJS.ProcessEnv, now: number): VendorFolder['config'] {
  try {
    return { good: readConfig(file, env, now) }
  } catch (error) {
    if (error instanceof ConfigurationFaults) return { faults: error.faults.map(({ text }) => text) }
    throw error
  }
}

/** The files of a folder by name; none when it is not there. */
export function filesOf(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ name }) => name)
    .sort()
}

function stateOf(file: string, owner: StateOwner | undefined, now: number): StateFile {
  const { size, mtimeMs } = statSync(file)
  const known = { file, writtenAt: mtimeMs, owner }
  if (size > largestPickle) {
    const doubt = `it has ${size} bytes, and a position never has more than ${largestPickle}`
    return { ...known, found: [], choice: { doubt } }
  }
  try {
    const found = findTimes(readPickle(readFileSync(file)))
    return { ...known, found, choice: chooseTime(found, now) }
  } catch (error) {
    return { ...known, found: [], choice: { doubt: `it cannot be read: it ${reasonOf(error)}` } }
  }
}

const largestText = 256 * 1024

function textOf(path: string): string | undefined {
  try {
    return statSync(path).size > largestText ? undefined : readFileSync(path, 'utf8')
  } catch {
    // One that cannot be read is named by the configuration's own faults, if it matters.
    return undefined
  }
}

// How people start it: a compose file or a script that names the image.
function versionOf(path: string, file: string): { file: string; version: string }[] {
  if (!/\.(ya?ml|sh|env|service)$/.test(file)) return []
  const version = /proofpoint[\w./-]*[:_-]v?(\d+\.\d+\.\d+)/.exec(textOf(path) ?? '')?.[1]
  return version === undefined ? [] : [{ file, version }]
}
