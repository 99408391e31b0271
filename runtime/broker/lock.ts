// One podpipe for each data directory: a lock file that names its owner and the owner's broker.
// A podpipe that was killed outright leaves its broker running; the file is how the next one finds it.

import { readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigurationError } from '../errors.ts'
import type { Log } from '../log.ts'
import { stopOrphan } from './orphan.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { giveSigns, givesSigns, type Rhythm, usualRhythm } from './sign-of-life.ts'

export interface DirectoryLock {
  /** Notes the process that works on the directory for us, so that a successor can stop it. */
  recordBroker(pid: number | undefined): void
  release(): void
}

interface LockRecord {
  /** Ids of processes mean nothing on another host or in another container. */
  readonly host: string
  /** Who counts the processes, where the system says so: two containers may have one name. */
  readonly counted?: string
  readonly owner: ProcessIdentity
  readonly broker?: ProcessIdentity
}

/** Long enough for a rival that has read the same stale file to have written its own name over ours. */
const settleMs = 100

/**
 * Takes the directory for this process and stops the broker of a dead owner, if one is left.
 * Throws ConfigurationError if a live process owns it: one of this host that runs, or one of elsewhere that gives signs of life.
 * This keeps people from mistakes. What keeps two brokers off the same data in every case, also where an owner elsewhere stands
 * still, is the lock that Kafka itself holds on its data folder.
 */
export async function lockDirectory(
  directory: string,
  log: Log,
  rhythm: Rhythm = usualRhythm,
): Promise<DirectoryLock> {
  const file = join(directory, 'podpipe.lock')
  const owner = identify(process.pid) ?? { pid: process.pid, started: 'unknown' }
  const counted = countOfProcesses()
  let mine: LockRecord = { host: hostname(), ...(counted && { counted }), owner }
  if (!create(file, mine)) {
    const found = await readSettled(file)
    if (found && belongsToLive(found)) throw inUse(directory, file, found)
    // Read again then: of two that find the dead one's file the first to take it over gives the signs.
    if (found && !isFromHere(found) && (await givesSigns(file, rhythm)))
      throw inUse(directory, file, read(file) ?? found)
    if (found?.broker) mine = { ...mine, broker: found.broker }
    // Taking over is one rename, so the record of the orphan is never out of the file. Two that read the
    // same stale file both rename; the last one wins, and the other finds that out after a moment.
    replace(file, mine)
    await delay(settleMs)
    const winner = read(file)
    if (!winner || !isSame(winner, mine)) throw inUse(directory, file, winner ?? mine)
    if (found && !isFromHere(found)) {
      log.warn({ directory, host: found.host }, 'Took over the data directory from another host or container')
    } else if (found?.broker && isAlive(found.broker)) await stopOrphan(found.broker, log)
  }
  const isOurs = (): boolean => {
    const current = read(file)
    return current !== undefined && isSame(current, mine)
  }
  const endSigns = giveSigns(file, isOurs, rhythm)
  return {
    recordBroker(pid) {
      const { broker: _, ...before } = mine
      const broker = pid === undefined ? undefined : identify(pid)
      mine = { ...before, ...(broker && { broker }) }
      replace(file, mine)
    },
    release() {
      endSigns()
      if (isOurs()) rmSync(file, { force: true })
    },
  }
}

/** Whether a live process of this host owns the directory. */
export function isOwned(directory: string): boolean {
  const found = read(join(directory, 'podpipe.lock'))
  return found !== undefined && belongsToLive(found)
}

/** Whether the ids of its processes are those of this host or container. A record of before says only the host. */
const isFromHere = ({ host, counted }: LockRecord): boolean =>
  host === hostname() && (counted === undefined || counted === countOfProcesses())

const belongsToLive = (record: LockRecord): boolean => isFromHere(record) && isAlive(record.owner)

/** pid_namespaces(7): processes that count alike see the same name there. */
function countOfProcesses(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

function isSame(one: LockRecord, other: LockRecord): boolean {
  return (
    one.host === other.host &&
    one.counted === other.counted &&
    one.owner.pid === other.owner.pid &&
    one.owner.started === other.owner.started
  )
}

function inUse(directory: string, file: string, record: LockRecord): ConfigurationError {
  const { host, owner } = record
  const [who, stop] = isFromHere(record)
    ? [`process ${owner.pid}`, `Stop process ${owner.pid}`]
    : [
        `process ${owner.pid} on ${host}, another host or the container of that id`,
        `Stop that one (a container: docker stop ${host})`,
      ]
  return new ConfigurationError(
    `The data directory ${directory} is in use by another podpipe, ${who} (named in ${file}). ` +
      `Two brokers on one directory would destroy its data. ${stop}, or give this podpipe a persistence directory of its own.`,
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
