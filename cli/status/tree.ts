// What the services say of themselves as a tree with reasons, and one word for all of it. Pure.

import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import type { Answer } from './ask.ts'

/** `down`: a service does not answer. `degraded`: one of its parts is not well. */
export type Health = 'healthy' | 'degraded' | 'down'

/** Exit codes of `podpipe status`. */
export const exitCodeOf: Readonly<Record<Health, number>> = { healthy: 0, degraded: 1, down: 2 }

export function healthOf(answers: readonly Answer[]): Health {
  if (answers.some(({ status }) => status === undefined)) return 'down'
  // A warning is something to look at too.
  return answers.every(({ status }) => status?.ready && status.troubles.length === 0) ? 'healthy' : 'degraded'
}

/**
 * The tree.
 * @param now milliseconds since 1970
 * @param paint colours a word by the health that it stands for
 */
export function treeOf(
  answers: readonly Answer[],
  now: number,
  paint: (text: string, health: Health) => string = text => text,
): string[] {
  const health = healthOf(answers)
  return [
    `podpipe  ${paint(health, health)}`,
    ...answers.flatMap((answer, index) => {
      const isLast = index === answers.length - 1
      const own = healthOf([answer])
      const head = `${isLast ? '└─' : '├─'} ${answer.name.padEnd(10)} ${answer.address.padEnd(21)} ${paint(own, own)}`
      const lead = isLast ? '     ' : '│    '
      return [head, ...below(answer, now).map(line => `${lead}${line}`)]
    }),
  ]
}

function below({ status, failure, name }: Answer, now: number): string[] {
  if (status === undefined) {
    return [
      `why     ${failure}`,
      `do      start it with podpipe run ${name}, or look at the end of its log; podpipe run all starts it again by itself`,
    ]
  }
  return status.troubles.flatMap(trouble => linesOf(trouble, now))
}

function linesOf({ part, symptom, impact, cause, action, since }: TroubleOf, now: number): string[] {
  return [
    `${part}: ${symptom}, for ${durationOf(now - Date.parse(since))}`,
    `   means   ${impact}`,
    `   why     ${cause}`,
    `   do      ${action}`,
  ]
}

/** A duration in its two largest units. */
export function durationOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
