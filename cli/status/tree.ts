// What the services say of themselves as a tree with reasons, and one word for all of it. Pure.

import { durationOf } from '@podpipe/operations/duration.ts'
import type { Answer } from '@podpipe/operations/status/ask.ts'
import { type Health, healthOf } from '@podpipe/operations/status/health.ts'
import type { TroubleOf } from '@podpipe/runtime/readiness.ts'

/** Exit codes of `podpipe status`. */
export const exitCodeOf: Readonly<Record<Health, number>> = { healthy: 0, degraded: 1, down: 2 }

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
