// What each process of a chain has used, and the figures that come of it.

import type { Measurement } from '../figure.ts'
import { type ProcessMemory, readMemory, readTimes } from '../proc.ts'

/** Processes by name; their order is the order in the table. */
export type Pids = ReadonlyMap<string, number>

/** Some amount for each process, by name. */
export type Amounts = ReadonlyMap<string, number>

/** How many events a process handled, and what it does to one. */
export interface Handled {
  readonly events: number
  readonly of: string
}

/** Processor seconds used so far. */
export function cpuOf(pids: Pids): Amounts {
  return new Map([...pids].map(([name, pid]) => [name, readTimes(pid).cpu]))
}

/** Bytes: resident now, or the most that was resident since the process was started. */
export function memoryOf(pids: Pids, kind: keyof ProcessMemory): Amounts {
  return new Map([...pids].map(([name, pid]) => [name, readMemory(pid)[kind]]))
}

/**
 * Processor microseconds an event.
 * @param handled by process; `otherwise` is for those that are not in it
 */
export function cpuFigures(
  before: Amounts,
  after: Amounts,
  handled: Readonly<Record<string, Handled>>,
  otherwise: Handled,
): Measurement[] {
  return [...after].map(([name, cpu]) => {
    const { events, of } = handled[name] ?? otherwise
    const used = cpu - (before.get(name) ?? 0)
    // Nothing handled is a run that failed, and is told as one; it must not become an infinite figure.
    return { what: `CPU of ${name}, ${of}`, unit: 'us', ours: events === 0 ? 0 : (used * 1e6) / events }
  })
}

/**
 * Memory in megabytes (millions of bytes).
 * @param aim what the processes of these names may have at most
 */
export function memoryFigures(
  bytes: Amounts,
  when: string,
  aim?: { names: ReadonlyMap<string, unknown>; megabytes: number },
): Measurement[] {
  return [...bytes].map(([name, value]) => ({
    what: `memory of ${name} ${when}`,
    unit: 'MB',
    ours: value / 1e6,
    ...(aim?.names.has(name) ? { aim: { bound: 'at most' as const, value: aim.megabytes } } : {}),
  }))
}
