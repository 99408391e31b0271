// One logger a process: JSON lines on standard output, or a readable form where a person is watching.
// A level is an instruction to the operator: error = somebody must act now, warn = look today,
// info = what belongs in a timeline, debug = for whoever is hunting a fault.

import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type Log = Logger

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent'

/**
 * Makes the logger of this process.
 * Lines are written synchronously, so that the last words of a process that ends are not lost.
 * @param name the service, written as `name` in every line
 */
export function createLog(name: string, level: LogLevel = 'info'): Log {
  const options = { level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime }
  return process.stdout.isTTY
    ? pino(options, pretty({ sync: true, ignore: 'pid,hostname' }))
    : pino(options, pino.destination({ fd: 1, sync: true }))
}
