// Where the embedded broker of another podpipe on this machine answers, for commands that look in while it runs.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../errors.ts'
import { isOwned } from './lock.ts'

/**
 * The address of the broker that a live podpipe runs on this directory; undefined when none does, and the
 * directory is free to be used.
 */
export function runningBroker(directory: string): string | undefined {
  if (!isOwned(directory)) return undefined
  // The owner writes this file for each run, before its broker starts.
  const file = join(directory, 'server.properties')
  let properties = ''
  try {
    properties = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(
      `A podpipe that runs is only just starting its Kafka: ${file} cannot be read yet (${reasonOf(error)}). Run this again in a moment.`,
    )
  }
  const [, address] = /^advertised\.listeners=PLAINTEXT:\/\/(\S+)$/m.exec(properties) ?? []
  if (address === undefined) throw new Error(`${file} names no listener. Stop podpipe and start it again.`)
  return address
}
