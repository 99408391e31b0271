// What the embedded broker needs from this machine: a Java and Kafka's jars. Everything that is missing
// is told in one message, so that nobody installs one thing only to be told about the next.

import type { Log } from '../log.ts'
import { fetchJars, findMaven, presentJars } from './jars.ts'
import { findJava } from './java.ts'
import { cannotEmbed } from './ways-out.ts'

export interface Installation {
  /** The program that runs the broker. */
  readonly java: string
  /** The folder with Kafka's jars. */
  readonly jars: string
}

/**
 * Finds Java and the jars, fetching the jars when they are not there yet.
 * Throws ConfigurationError naming the three ways out when that is not possible.
 */
export async function findInstallation(
  env: NodeJS.ProcessEnv,
  log: Log,
  signal?: AbortSignal,
): Promise<Installation> {
  const java = await findJava(env)
  const present = presentJars(env)
  const maven = present === undefined ? await findMaven(env) : undefined
  const missing = [java, maven].flatMap(tool => (tool?.kind === 'missing' ? [tool.why] : []))
  if (java.kind === 'missing' || missing.length > 0) throw cannotEmbed(missing)
  return { java: java.path, jars: present ?? (await fetchJars(env, log, signal)) }
}
