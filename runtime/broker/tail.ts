// The last lines a process wrote, without stack frames: enough to say why it ended.

const linesKept = 20
const longestLine = 400

export interface Tail {
  /** Takes a piece of output. */
  readonly add: (chunk: Buffer) => void
  /** The last lines, oldest first. */
  readonly lines: () => string[]
}

export function createTail(): Tail {
  const kept: string[] = []
  let rest = ''
  const keep = (line: string) => {
    // A stack trace would push out the very sentence it belongs to.
    if (line.trim() === '' || /^\s+(at |\.\.\. \d+ more)/.test(line)) return
    kept.push(line.slice(0, longestLine))
    if (kept.length > linesKept) kept.shift()
  }
  return {
    add: chunk => {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = (lines.pop() ?? '').slice(-longestLine)
      lines.forEach(keep)
    },
    lines: () => (rest.trim() === '' ? [...kept] : [...kept, rest]),
  }
}
