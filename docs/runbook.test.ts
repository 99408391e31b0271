// The runbook has an entry for every symptom and for every message that wants somebody's eyes, and for no other.

import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loggedIn, sources, symptomsIn } from './messages.ts'

const runbook = readFileSync(new URL('./runbook.md', import.meta.url), 'utf8')
const rowsOf = (section: string): string[] => {
  const [, text = ''] = runbook.split(`\n## ${section}\n`)
  return [...(text.split('\n## ')[0] ?? '').matchAll(/^\| `(.+?)` \|/gm)].map(([, row = '']) => row).sort()
}
const each = (read: (source: string) => string[]): string[] => [...new Set(sources().flatMap(read))].sort()

test('every symptom of a trouble has its row, and every row its symptom', () => {
  deepEqual(rowsOf('Symptoms'), each(symptomsIn))
})

test('every message at the levels error and warn has its row, and every row its message', () => {
  deepEqual(rowsOf('Log messages'), each(loggedIn))
})

for (const [source, expected] of [
  [`log.warn('the day is late; wait')`, ['the day is late']],
  ["log.error({ a: [1, f('x, y')] }, `topic $" + '{name(`a`)} is gone. Look`)', ['topic … is gone']],
  ['log[level]({ reason }, message)', []],
  ["log.info('nothing to do for anybody')", []],
] as const) {
  test(`${source} says ${expected.join() || 'nothing of its own'}`, () =>
    deepEqual(loggedIn(source), [...expected]))
}
