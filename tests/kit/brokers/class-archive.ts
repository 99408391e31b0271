// Kafka's classes as a JVM has them in memory, in a file that the brokers of the tests map instead of loading them one by
// one (Java's AppCDS, JEP 350): one starts with a third of the work then, and the tests start dozens of them.

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearTemporary } from '@podpipe/runtime/broker/directory.ts'
import { formatOnce } from '@podpipe/runtime/broker/format.ts'
import { findInstallation, type Installation } from '@podpipe/runtime/broker/installation.ts'
import { cacheRoot } from '@podpipe/runtime/broker/jars.ts'
import { brokerFlags, type Jvm, startJvm, toolFlags } from '@podpipe/runtime/broker/jvm.ts'
import { launchBroker } from '@podpipe/runtime/broker/launch.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { serverProperties } from '@podpipe/runtime/broker/properties.ts'
import { createLog, type Log } from '@podpipe/runtime/log.ts'

const patienceMs = 120_000

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
  try {
    renameSync(await lifeOfABroker(installation, directory, log), archive)
    return archive
  } catch {
    return undefined
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * Starts a broker and ends it.
 * @returns the file that it has left of its classes
 * @throws when it was not done with it: half a file holds half of them, and would be there for good
 */
async function lifeOfABroker(installation: Installation, directory: string, log: Log): Promise<string> {
  const [port = 0, controllerPort = 0] = await freePorts(2)
  clearTemporary(directory)
  writeFileSync(join(directory, 'server.properties'), serverProperties({ port, controllerPort }))
  const cluster = await formatOnce(directory, args =>
    startJvm(installation, directory, toolFlags, ['kafka.tools.StorageTool', ...args]),
  )
  const made = join(directory, 'classes.jsa')
  const flags = [...brokerFlags('256m', 'test'), `-XX:ArchiveClassesAtExit=${made}`]
  let broker: Jvm | undefined
  const start = (): Jvm => {
    broker = startJvm(installation, directory, flags, ['kafka.Kafka', 'server.properties'])
    return broker
  }
  await launchBroker({ start, port, cluster, log })
  // It writes at its end, which takes it many seconds on a busy machine.
  if ((await broker?.stop(patienceMs))?.killed !== false) throw new Error('the broker was killed at its end')
  return made
}
