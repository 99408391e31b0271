// A command on a terminal of its own, as a person has it: what it draws, what is typed, and how it leaves.
//
// The terminal is made by `script` of util-linux, which every Linux of Debian's and Red Hat's kind has.

import { spawn, spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { atEnd } from '../at-end.ts'

export interface Terminal {
  type(text: string): void
  /** All that was written to it, control sequences included. */
  output(): string
  /** The lines of the last whole screen that was drawn, without colours. */
  screen(): string[]
  readonly exited: Promise<number | null>
}

export const hasTerminals =
  spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false

/**
 * Runs a line of shell on a terminal of 80 columns and 24 rows.
 * @param line is run by sh, so that what stands behind the command is run when it has left
 */
export function openTerminal(t: TestContext, line: string, env: NodeJS.ProcessEnv = {}): Terminal {
  const child = spawn('script', ['-qefc', `stty cols 80 rows 24; ${line}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const exited = new Promise<number | null>(resolve => child.once('close', resolve))
  atEnd(t, () => {
    child.kill('SIGTERM')
    return exited
  })
  return {
    type: keys => void child.stdin.write(keys),
    output: () => text,
    screen() {
      // The last one may still be on its way.
      const drawn = text.split('\u001b[H').slice(1)
      const whole = drawn.findLast(each => each.includes('\u001b[J')) ?? ''
      return (whole.split('\u001b[J')[0] ?? '').split('\r\n').map(plain)
    },
    exited,
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const plain = (text: string): string => text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
