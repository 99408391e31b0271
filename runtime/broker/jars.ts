// The folder with Kafka's jars: KAFKA_HOME if a person has set it, else a cache that Maven fills once.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ConfigurationError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { differences, readJars } from './jar-list.ts'
import { type Found, isAbsent } from './java.ts'
import { identify } from './process-identity.ts'
import { cannotEmbed } from './ways-out.ts'

const run = promisify(execFile)

const projectRoot = resolve(import.meta.dirname, '../..')
const pom = join(projectRoot, 'deploy/kafka/pom.xml')
const brokerJar = /^kafka_2\.13-[\d.]+\.jar$/

/** The folder podpipe keeps downloaded things in: PODPIPE_CACHE, else `.podpipe` in the project. */
export const cacheRoot = (env: NodeJS.ProcessEnv): string =>
  resolve(env.PODPIPE_CACHE || join(projectRoot, '.podpipe'))

/** The cache folder of exactly the jars that the pom names: another pom means another folder. */
export function jarsFolder(env: NodeJS.ProcessEnv): string {
  const text = readFileSync(pom)
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(text.toString())?.[1]
  const key = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return join(cacheRoot(env), `kafka-${version}-${key}`)
}

/**
 * The jars that are already on this machine, or undefined.
 * Throws ConfigurationError when KAFKA_HOME is set but holds no broker.
 */
export function presentJars(env: NodeJS.ProcessEnv): string | undefined {
  const home = env.KAFKA_HOME
  if (!home) return holdsBroker(jarsFolder(env)) ? jarsFolder(env) : undefined
  const libs = resolve(home, 'libs')
  if (holdsBroker(libs)) return libs
  throw new ConfigurationError(
    `KAFKA_HOME is ${home}, but ${libs} holds no kafka_2.13-*.jar, so there is no broker to start. ` +
      'Point KAFKA_HOME at an unpacked Kafka release, or unset it to let Maven fetch the jars.',
  )
}

/** Whether Maven answers. */
export async function findMaven(env: NodeJS.ProcessEnv): Promise<Found> {
  try {
    await run('mvn', ['--version'], { env, timeout: 60_000 })
    return { kind: 'found', path: 'mvn' }
  } catch (error) {
    const why = isAbsent(error) ? 'there is no such program' : reasonOf(error).trim()
    const sought = `neither KAFKA_HOME nor ${jarsFolder(env)} holds them`
    return { kind: 'missing', why: `Kafka's jars are missing (${sought}), and Maven is: mvn: ${why}.` }
  }
}

/**
 * Lets Maven copy the jars (44 MB) into the cache and returns their folder.
 * Throws ConfigurationError with Maven's last words when it fails, and when it brought other jars than those of jar-list.ts.
 */
export async function fetchJars(env: NodeJS.ProcessEnv, log: Log, signal?: AbortSignal): Promise<string> {
  const folder = jarsFolder(env)
  const partial = `${folder}.partial-${process.pid}`
  prepareCache(folder)
  log.info({ folder }, 'Fetching the jars of the embedded Kafka broker with Maven (44 MB, once)')
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`]
    await run('mvn', ['-q', '-B', '-f', pom, ...goal], { env, ...(signal ? { signal } : {}) })
    const faults = differences(partial, readJars())
    if (faults.length > 0) throw cannotEmbed([foreignJars(faults)])
    // Starters that fetch at the same time each fill a folder of their own; the first rename wins.
    if (!holdsBroker(folder)) renameSync(partial, folder)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof ConfigurationError) throw error
    if (!holdsBroker(folder)) throw cannotEmbed([`Maven could not fetch Kafka's jars: ${lastWords(error)}`])
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return folder
}

function holdsBroker(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some(name => brokerJar.test(name))
}

/** Makes the cache and sweeps out what fetches that were killed have left. */
function prepareCache(folder: string): void {
  const root = resolve(folder, '..')
  try {
    mkdirSync(root, { recursive: true })
  } catch (error) {
    throw new ConfigurationError(
      `Cannot make the folder ${root} for Kafka's jars: ${reasonOf(error)}. ` +
        'Set PODPIPE_CACHE to a folder that podpipe may write, or KAFKA_HOME to an unpacked Kafka release.',
    )
  }
  for (const name of readdirSync(root)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1]
    if (pid && !identify(Number(pid))) rmSync(join(root, name), { recursive: true, force: true })
  }
}

const foreignJars = (faults: readonly string[]): string =>
  `What Maven fetched is not the broker that podpipe was tested with, so it is not started: ${faults.slice(0, 3).join('; ')}. ` +
  'Look at the repository that Maven asks (settings.xml) and at its cache (~/.m2/repository); after a wanted change of deploy/kafka/pom.xml run "npm run jars".'

/** Why a run of Maven failed. It writes its errors to standard output; the first ones name the cause. */
export function lastWords(error: unknown): string {
  const printed = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  const lines = printed.split('\n').filter(line => line.includes('ERROR'))
  return lines.slice(0, 3).join('\n') || reasonOf(error)
}
