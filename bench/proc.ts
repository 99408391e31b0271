// What Linux tells of a process under /proc: processor time, resident memory, age, parent.
// Field numbers and units are those of the manual page proc(5).

import { readdirSync, readFileSync } from 'node:fs'

/** One clock tick of /proc/PID/stat; Linux shows these times in hundredths of a second on every machine. */
const secondsPerTick = 0.01

export interface ProcessTimes {
  readonly parent: number
  /** User and system time of all its threads, seconds. Children are not in it. */
  readonly cpu: number
  /** When it was started, in seconds since the machine was; a clock that nobody sets. */
  readonly startedAt: number
}

export interface ProcessMemory {
  /** Resident now, bytes. */
  readonly resident: number
  /** The most that was ever resident, bytes. */
  readonly peak: number
}

/** Reads the text of /proc/PID/stat. */
export function parseTimes(stat: string): ProcessTimes {
  // The second field is the program's name in brackets and may hold anything, brackets and blanks included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3])
  return {
    parent: field(4),
    cpu: (field(14) + field(15)) * secondsPerTick,
    startedAt: field(22) * secondsPerTick,
  }
}

/** Reads the text of /proc/PID/status. Its kB are 1024 bytes. */
export function parseMemory(status: string): ProcessMemory {
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') }
}

/** @throws the system's error when there is no such process (any more) */
export function readTimes(pid: number): ProcessTimes {
  return parseTimes(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

/** @throws the system's error when there is no such process (any more) */
export function readMemory(pid: number): ProcessMemory {
  return parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

export interface FoundProcess extends ProcessTimes {
  readonly pid: number
}

/** The process below `ancestor` that was started with an argument ending in `program`, if there is one by now. */
export function findDescendant(ancestor: number, program: string): FoundProcess | undefined {
  const parents = new Map<number, number>()
  const candidates: FoundProcess[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const found = { pid: Number(name), ...readTimes(Number(name)) }
      parents.set(found.pid, found.parent)
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      if (args.some(each => each.endsWith(program))) candidates.push(found)
    } catch {
      // It ended while we looked.
    }
  }
  const isBelow = (pid: number | undefined): boolean => {
    const parent = pid === undefined ? undefined : parents.get(pid)
    return parent !== undefined && (parent === ancestor || isBelow(parent))
  }
  return candidates.find(({ pid }) => isBelow(pid))
}
