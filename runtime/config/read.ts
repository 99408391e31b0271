// The way from a configuration file to a configuration; the only part of this folder that touches the disk.

import { readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import type { PodpipeConfig } from './config.ts'
import { deepFreeze } from './freeze.ts'
import { interpret } from './interpret.ts'
import { render } from './reading/findings.ts'

// A hundred times the size of a large configuration; above it, the wrong file was named.
const largestFile = 1024 ** 2

/**
 * The configuration in a file, frozen, with the warnings for the caller to log.
 * @param file as the person wrote it; messages repeat it that way
 * @param env may hold PODPIPE_KAFKA_BROKERS and PODPIPE_LOG_LEVEL, which go before the file, and keys; see credentials.ts
 * @param now the time by which times in the file are judged, in milliseconds since 1970
 * @throws ConfigurationError with every fault, one a line: `file:line:column key: what; why; what to do`
 */
export function readConfig(file: string, env: NodeJS.ProcessEnv, now = Date.now()): PodpipeConfig {
  const path = resolve(file)
  const text = readText(file, path)
  const { config, findings } = interpret(text, {
    file: path,
    shownAs: file,
    env,
    now,
    hostName: hostname(),
    readText: each => readFileSync(each, 'utf8'),
  })
  if (config === undefined || findings.faults.length > 0) {
    throw new ConfigurationError(render(file, findings.faults).join('\n'))
  }
  return deepFreeze(config)
}

function readText(file: string, path: string): string {
  let bytes: Buffer
  try {
    const { size } = statSync(path)
    if (size > largestFile) throw new ConfigurationError(`${file}: ${tooLarge(size)}`)
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError(`${file}: ${unreadable(path, (error as NodeJS.ErrnoException).code)}`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigurationError(`${file}: the file is not UTF-8 text; YAML cannot be read; save it as UTF-8`)
  }
}

const tooLarge = (size: number): string =>
  `the file has ${size} bytes and a configuration never has more than ${largestFile}; it is some other file; correct the name`

function unreadable(path: string, code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `there is no such file; podpipe looked for ${path}; correct the name, or start from config.example.yaml`
  }
  if (code === 'EISDIR') {
    return `this is a folder; podpipe needs the file itself; name it, such as ${join(path, 'config.yaml')}`
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `the file cannot be read; podpipe has no right to ${path}; change its owner or its mode`
  }
  return `the file ${path} cannot be read (${code ?? 'unknown cause'}); check the disk it is on`
}
