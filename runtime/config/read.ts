// The way from files and the environment to a configuration; the only part of this folder that touches the disk.

import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { PodpipeConfig } from './config.ts'
import { ConfigurationFaults } from './faults.ts'
import { deepFreeze } from './freeze.ts'
import { interpretAll } from './interpret.ts'
import type { Reading } from './reading/context.ts'
import type { Source } from './reading/document.ts'
import { FileError, readSmallFile, textOf } from './reading/file-text.ts'
import { explain, type Position } from './reading/findings.ts'
import { pathsFor } from './reading/locate.ts'

// Room for some hundred clusters; above it, the wrong file was named.
const largestFile = 256 * 1024
/** Certificates and keys; a bundle of all public authorities has a quarter of a MiB. */
const largestNamedFile = 4 * 1024 ** 2

/** The variable that may hold the JSON of a configuration, or a part of it. */
export const jsonVariable = 'PODPIPE_CONFIG_JSON'

/** Which files, as the person wrote them. Undefined where the environment holds all. */
export type FileNames = string | readonly string[] | undefined

interface NamedFile {
  readonly name: string
  readonly path: string
}

/**
 * The configuration in one or several files, frozen, with the warnings for the caller to log. A name that ends in .json is
 * JSON, any other YAML; PODPIPE_CONFIG_JSON is one more text.
 * @param names messages repeat them; where they are looked for says locate.ts
 * @param env goes before the file where the schema names a variable, and may hold secrets and what `${NAME}` means
 * @param now the time by which times in the file are judged, in milliseconds since 1970
 * @throws ConfigurationFaults with every fault at its place
 */
export const readConfig = (names: FileNames, env: NodeJS.ProcessEnv, now = Date.now()): PodpipeConfig =>
  readWithSources(names, env, now).config

/** A configuration, and under each key what counts and where it comes from. */
export interface WithSources {
  readonly config: PodpipeConfig
  readonly readings: ReadonlyMap<string, Reading>
  /** The file of a place that names none. */
  readonly shownAs: string
}

/** The same, with the place that each value comes from. */
export function readWithSources(names: FileNames, env: NodeJS.ProcessEnv, now = Date.now()): WithSources {
  const files = [names ?? []].flat().map(located)
  const sources = [...files.map(sourceIn), ...sourceOf(env)]
  const [first] = sources
  if (first === undefined) throw refusal('podpipe', nothingNamed)
  const anchor = files[sources.findIndex(({ form }) => form === 'yaml')] ?? files[0]
  const { config, findings, readings } = interpretAll(sources, {
    file: anchor?.path ?? resolve(jsonVariable),
    files: files.map(({ path }) => path),
    shownAs: first.name,
    env,
    now,
    hostName: hostname(),
    readText: readNamedFile,
  })
  if (config === undefined || findings.faults.length > 0) {
    throw new ConfigurationFaults(explain(first.name, findings.faults))
  }
  return { config: deepFreeze(config), readings, shownAs: first.name }
}

/** The text of a file that a configuration names; throws what node:fs throws. */
export const readNamedFile = (path: string): string => readSmallFile(path, largestNamedFile).toString('utf8')

/** What is wrong with a file as a whole. */
const refusal = (name: string, text: string, at?: Position): ConfigurationFaults =>
  new ConfigurationFaults(explain(name, [{ at: at ?? name, path: '', text }]))

const nothingNamed = `no configuration is named; podpipe cannot guess it; name a file with --config or CONFIG_FILE, or put its JSON into ${jsonVariable}`

function located(name: string): NamedFile {
  const paths = pathsFor(name, process.cwd())
  const path = paths.find(each => existsSync(each))
  if (path !== undefined) return { name: path === paths[0] ? name : path, path }
  throw refusal(
    name,
    `there is no such file; podpipe looked for ${paths.join(' and ')}; correct the name, or start from what podpipe config example prints`,
  )
}

const sourceOf = (env: NodeJS.ProcessEnv): Source[] =>
  env[jsonVariable] ? [{ name: jsonVariable, text: env[jsonVariable], form: 'json' }] : []

function sourceIn({ name, path }: NamedFile): Source {
  let bytes: Buffer
  try {
    bytes = readSmallFile(path, largestFile)
  } catch (error) {
    throw refusal(name, unreadable(path, error))
  }
  const text = textOf(bytes)
  if ('wrong' in text) throw refusal(name, text.wrong, text.place)
  return { name, text: text.text, form: path.endsWith('.json') ? 'json' : 'yaml' }
}

function unreadable(path: string, error: unknown): string {
  if (error instanceof FileError && error.code === 'TOO_LARGE') {
    return `the file has ${error.bytes} bytes and a configuration never has more than ${largestFile}; it is some other file; correct the name`
  }
  const { code = 'unknown cause' } = error as NodeJS.ErrnoException
  if (code === 'EISDIR') {
    return `this is a folder; podpipe needs the file itself; name it, such as ${join(path, 'config.yaml')}; a container engine makes a folder where the file that it is to mount is missing: then put the file there on the host`
  }
  if (code === 'NOT_A_FILE' || code === 'ENXIO') {
    return 'this is a pipe, a socket or a device; podpipe reads its configuration again while it runs; name an ordinary file'
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `the file cannot be read; podpipe has no right to ${path}; change its owner or its mode`
  }
  return `the file ${path} cannot be read (${code}); check the disk it is on`
}
