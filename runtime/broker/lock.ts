// One podpipe for each data directory: a lock file that names its owner and the owner's broker.
// A podpipe that was killed outright leaves its broker running; the file is how the next one finds it.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigurationError } from '../errors.ts'
import type { Log } from '../log.ts'
import { stopOrphan } from './orphan.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'

export interface DirectoryLock {
  /** Notes the process that works on the directory for us, so that a successor can stop it. */
  recordBroker(pid: number | undefined): void
  release(): void
}

interface LockRecord {
  /** Ids of processes mean nothing on another host or in another container. */
  readonly host: string
  readonly owner: ProcessIdentity
  readonly broker?: ProcessIdentity
}

/** Long enough for a rival that has read the same stale file to have written its own name over ours. */
const settleMs = 100

/**
 * Takes the directory for this process and stops the broker of a dead owner, if one is left.
 * Throws ConfigurationError if a live process owns it.
 * This keeps people from mistakes. What keeps two brokers off the same data in every case, also across
 * containers, is the lock that Kafka itself holds on its data folder.
 */
export async function lockDirectory(directory: string, log: Log): Promise<DirectoryLock> {
  const file = join(directory, 'podpipe.lock')
  const owner = identify(process.pid) ?? { pid: process.pid, started: 'unknown' }
  let mine: LockRecord = { host: hostname(), owner }
  if (!create(file, mine)) {
    const found = await readSettled(file)
    if (found && belongsToLive(found)) throw inUse(directory, file, found)
    if (found?.broker) mine = { ...mine, broker: found.broker }
    // Taking over is one rename, so the record of the orphan is never out of the file. Two that read the
    // same stale file both rename; the last one wins, and the other finds that out after a moment.
    replace(file, mine)
    await delay(settleMs)
    const winner = read(file)
    if (!winner || !isSame(winner, mine)) throw inUse(directory, file, winner ?? mine)
    if (found && found.host !== mine.host) {
      log.warn({ directory, host: found.host }, 'Took over the data directory from another host or container')
    } else if (found?.broker && isAlive(found.broker)) await stopOrphan(found.broker, log)
  }
  return {
    recordBroker(pid) {
      const broker = pid === undefined ? undefined : identify(pid)
      mine = { host: mine.host, owner, ...(broker && { broker }) }
      replace(file, mine)
    },
    release() {
      const current = read(file)
      if (current && isSame(current, mine)) rmSync(file, { force: true })
    },
  }
}

/** Whether a live process of this host owns the directory. */
export function isOwned(directory: string): boolean {
  const found = read(join(directory, 'podpipe.lock'))
  return found !== undefined && belongsToLive(found)
}

/** A record of another host cannot be checked; Kafka's own lock decides then. */
function belongsToLive({ host, owner }: LockRecord): boolean {
  return host === hostname() && isAlive(owner)
}

function isSame(one: LockRecord, other: LockRecord): boolean {
  return (
    one.host === other.host && one.owner.pid === other.owner.pid && one.owner.started === other.owner.started
  )
}

function inUse(directory: string, file: string, { owner }: LockRecord): ConfigurationError {
  return new ConfigurationError(
    `The data directory ${directory} is in use by another podpipe, process ${owner.pid} (named in ${file}). ` +
      'Two brokers on one directory would destroy its data. ' +
      `Stop process ${owner.pid}, or give this podpipe a persistence directory of its own.`,
  )
}

function create(file: string, record: LockRecord): boolean {
  try {
    writeFileSync(file, JSON.stringify(record), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function replace(file: string, record: LockRecord): void {
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(record))
  renameSync(temporary, file)
}

/** Reads the record; a file that cannot be read may just be in the making, so it gets a moment. */
async function readSettled(file: string): Promise<LockRecord | undefined> {
  const found = read(file)
  if (found) return found
  await delay(settleMs)
  return read(file)
}

function read(file: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isLockRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLockRecord(value: unknown): value is LockRecord {
  const record = value as Partial<LockRecord> | null
  return typeof record?.host === 'string' && isIdentity(record.owner)
}

function isIdentity(value: ProcessIdentity | undefined): boolean {
  return typeof value?.pid === 'number' && typeof value.started === 'string'
}
