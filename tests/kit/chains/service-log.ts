// What a service says in its log, line by line.

import { readFileSync } from 'node:fs'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'

export interface LogLine {
  /** 20 debug, 30 info, 40 warn, 50 error. */
  readonly level: number
  readonly service?: string
  readonly partition?: number
  /** Where a service that starts serves health and metrics, `host:port`. */
  readonly http?: string
  readonly msg: string
}

/** The number of lines so far. */
export const linesOf = (process: ServiceProcess): number => linesFrom(process, 0).length

/** The whole lines of its log from a line on. */
export function linesFrom(process: ServiceProcess, first: number): LogLine[] {
  return readFileSync(process.logFile, 'utf8')
    .split('\n')
    .slice(first, -1)
    .map(line => JSON.parse(line))
}
