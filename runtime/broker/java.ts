// Finds the Java that runs the embedded broker: JAVA_HOME first, then the PATH.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { reasonOf } from '../errors.ts'

const run = promisify(execFile)

/** Brokers need Java 17 since Kafka 4.0 (KIP-1013). */
const oldestJava = 17

/** A tool that was found, or a sentence for a person about why it was not. */
export type Found = { readonly kind: 'found'; readonly path: string } | Missing
export type Missing = { readonly kind: 'missing'; readonly why: string }

/** The major version in what `java -version` prints ("1.8.0_392" is 8), or undefined. */
export function majorVersion(printed: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(printed)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/**
 * Finds a Java that can run the broker and asks it for its version.
 * @param env the environment to look in: JAVA_HOME and PATH
 */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Found> {
  const home = env.JAVA_HOME
  const path = home ? join(home, 'bin', 'java') : 'java'
  const place = home ? `${path} (from JAVA_HOME)` : 'java on the PATH'
  let printed: string
  try {
    printed = (await run(path, ['-version'], { env, timeout: 30_000 })).stderr
  } catch (error) {
    const why = isAbsent(error) ? 'there is no such program' : reasonOf(error)
    return { kind: 'missing', why: `Java is missing: looked for ${place}, but ${why}.` }
  }
  const major = majorVersion(printed)
  if (major !== undefined && major >= oldestJava) return { kind: 'found', path }
  const version = major === undefined ? 'does not say its version' : `is version ${major}`
  return { kind: 'missing', why: `Java is too old: ${place} ${version}, Kafka needs ${oldestJava} or newer.` }
}

/** Whether a program could not be started because it is not there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
