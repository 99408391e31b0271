// Who a process is: its id and when it started. Ids are used again, so that an id alone proves nothing.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the words of the system: only good for comparison. */
  readonly started: string
}

/** The identity of a live process, or undefined if there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedByProc(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether this very process still lives, and not another one that got its id. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started
}

/** proc(5): state and starttime (ticks since boot) are fields 3 and 22; the name before may hold anything. */
function startedByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${fields[19]}`
  } catch {
    return undefined
  }
}

function startedByPs(pid: number): string | undefined {
  const printed = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  const match = /^\s*(\S+)\s+(.+?)\s*$/.exec(printed ?? '')
  return match?.[1]?.startsWith('Z') ? undefined : match?.[2]
}
