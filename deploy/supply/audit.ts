// Asks the registry whether anything that podpipe runs on has a known weakness: npm run audit
//
// Exit 0: none, or the registry gives no such answer, which is said loudly (mirrors often do not). Exit 1: there are.

import { spawnSync } from 'node:child_process'
import { type Answer, verdictOf } from './verdict.ts'

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json', ...process.argv.slice(2)], {
  encoding: 'utf8',
  timeout: 120_000,
})
const { text, code } = verdictOf(answerIn(stdout), stderr)
process.stdout.write(`${text}\n`)
process.exitCode = code

function answerIn(printed: string): Answer | undefined {
  try {
    return JSON.parse(printed)
  } catch {
    return undefined
  }
}
