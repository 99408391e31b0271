// The terminal as a whole screen, for as long as a command wants it, and as it was afterwards, however the command ends.

import { styleText } from 'node:util'
import type { Line, Segment } from './screen.ts'

// Another screen without a cursor, and back.
const enter = '\u001b[?1049h\u001b[?25l\u001b[2J'
const leave = '\u001b[?25h\u001b[?1049l'
// Drawn from the corner over what is there, so that nothing flickers; what is left of a line, and below, is cleared.
const [home, clearLine, clearBelow] = ['\u001b[H', '\u001b[K', '\u001b[J']

const styles = {
  healthy: 'green',
  degraded: 'yellow',
  down: 'red',
  heading: 'bold',
  quiet: 'dim',
} as const

export interface Screen {
  readonly columns: number
  readonly rows: number
  draw(lines: readonly Line[]): void
  /** Gives the terminal back. May be called more than once. */
  close(): void
}

/**
 * Takes the terminal over.
 * @param onKeys is told what is typed
 * @param onResize is called when the terminal has another size, or is looked at again
 */
export function openScreen(onKeys: (text: string) => void, onResize: () => void): Screen {
  const { stdin, stdout } = process
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    stdin.off('data', onKeys)
    stdout.off('resize', onResize)
    process.off('SIGCONT', onContinue)
    process.off('exit', close)
    stdin.setRawMode(false)
    stdin.pause()
    stdout.write(leave)
  }
  // After Ctrl-Z and fg the shell has had the terminal.
  const onContinue = (): void => {
    stdin.setRawMode(true)
    stdout.write(enter)
    onResize()
  }
  stdin.setEncoding('utf8')
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('data', onKeys)
  stdout.on('resize', onResize)
  process.on('SIGCONT', onContinue)
  // The last resort: a fault of the program must not leave a terminal without a cursor.
  process.on('exit', close)
  stdout.write(enter)
  return {
    get columns() {
      return stdout.columns || 80
    },
    get rows() {
      return stdout.rows || 24
    },
    draw(lines) {
      if (!open) return
      const text = lines.map(line => `${line.map(paint).join('')}${clearLine}`).join('\r\n')
      stdout.write(`${home}${text}${clearBelow}`)
    },
    close,
  }
}

const paint = ({ text, tone }: Segment): string =>
  tone === undefined ? text : styleText(styles[tone], text, { stream: process.stdout })
