// The demo as a person starts it: a process of its own, of which nothing may be left.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { atEnd } from '../at-end.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const main = join(root, 'demo', 'main.ts')

/** Starts it; one that the test has given up is ended with the test. */
export function startDemo(t: TestContext, args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: root, detached: true })
  const folder = `demo-${child.pid}`
  const done = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([out, err, [code]]) => ({ out, err, code: code as number }),
  )
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await done
  })
  let said = ''
  child.stderr.on('data', part => {
    said += part
  })
  return {
    child,
    done,
    /** What it has said to the person so far. */
    said: () => said,
    /** What is left of it: its folder, and processes. */
    left: (): string[] => [...leftOn(folder), ...leftRunning(folder)],
  }
}

const leftOn = (folder: string): string[] =>
  readdirSync(join(root, '.podpipe')).filter(name => name === folder)

const leftRunning = (folder: string): string[] =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    } catch {
      return false
    }
  })
