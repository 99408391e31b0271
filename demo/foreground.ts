// Whether what is typed reaches this process.

import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

const standardInput = 0

/**
 * A job in the background that reads its terminal is stopped by the system (SIGTTIN), and everything with it.
 * @returns false where that would happen; true where the input is no terminal, or the system does not say
 */
export function mayReadInput(): boolean {
  if (!isatty(standardInput)) return true
  try {
    return isInFront(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    return true
  }
}

/** @param stat of a process, as proc_pid_stat(5) has it: in front is the group of processes that the terminal names */
export function isInFront(stat: string): boolean {
  // The name of the program stands in brackets and may hold anything.
  const [, , group, , , inFront] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === inFront
}
