// The log of a command that works for a while: what an operator would be warned of, as sentences on the terminal.

import type { Log } from '@podpipe/runtime/log.ts'
import { pino } from 'pino'

/** @param say takes each warning as one sentence */
export const createToldLog = (say: (sentence: string) => void): Log =>
  pino({ level: 'warn', base: null }, { write: (line: string) => say(sentenceIn(line)) })

function sentenceIn(line: string): string {
  const { msg, reason }: { msg?: string; reason?: string } = JSON.parse(line)
  return reason === undefined ? `${msg}.`.replace(/\.\.$/, '.') : `${msg}: ${reason}`
}
