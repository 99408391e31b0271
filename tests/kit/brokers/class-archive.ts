// Kafka's classes as a JVM has them in memory, in a file that the brokers of the tests map instead of loading them one by
// one (Java's AppCDS, JEP 350): one starts with a third of the work then, and the tests start dozens of them.

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { findInstallation } from '@podpipe/runtime/broker/installation.ts'
import { cacheRoot } from '@podpipe/runtime/broker/jars.ts'
import { createLog } from '@podpipe/runtime/log.ts'

/** Makes every Java process that comes of this one quick to start. None of them lives long enough for the second compiler. */
export async function hastenJava(env: NodeJS.ProcessEnv): Promise<void> {
  const given = env.JAVA_TOOL_OPTIONS ?? ''
  const archive = await classArchive(env)
  const shared = archive === undefined ? '' : `-XX:SharedArchiveFile=${archive}`
  env.JAVA_TOOL_OPTIONS = `${given} -XX:TieredStopAtLevel=1 ${shared}`.trim()
}

/**
 * The file, made where it is not there yet, which takes the life of a broker, and the jars with it.
 * @returns nothing where it cannot be made
 */
async function classArchive(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const log = createLog('classes', 'silent')
  // Who needs a broker of its own is told what is missing.
  const installation = await findInstallation(env, log).catch(() => undefined)
  if (installation === undefined) return undefined
  const { java, jars } = installation
  // One that was made by another Java is silently not used, and stays.
  const key = createHash('sha256').update(`${java} ${jars}`).digest('hex').slice(0, 8)
  const archive = join(cacheRoot(env), `classes-${key}.jsa`)
  if (existsSync(archive)) return archive
  const directory = mkdtempSync(join(cacheRoot(env), 'classes-'))
  const made = join(directory, 'classes.jsa')
  try {
    env.JAVA_TOOL_OPTIONS = `-XX:ArchiveClassesAtExit=${made}`
    const broker = await startEmbeddedBroker({
      directory: join(directory, 'kafka'),
      log,
      profile: 'test',
      heap: '256m',
    })
    await broker.stop()
    renameSync(made, archive)
    return archive
  } catch {
    return undefined
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
