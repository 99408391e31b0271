// Two texts line by line, for people to see what somebody changed. Pure.

/** A line of both texts, or of one of them. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

// Beyond this a table of all pairs of lines is no longer quick; the texts of collectors have some dozen.
const mostLines = 2_000

/** The shortest way from one text to another, in lines. Texts that are too long are shown whole, one behind the other. */
export function diffOf(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  if (a.length > mostLines || b.length > mostLines) {
    return [
      ...a.map(text => ({ sign: '-', text }) as const),
      ...b.map(text => ({ sign: '+', text }) as const),
    ]
  }
  // common[i][j]: how many lines the rests from i and from j have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i]
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++] ?? '' })
      j += 1
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: a[i++] ?? '' })
    } else lines.push({ sign: '+', text: b[j++] ?? '' })
  }
  return lines
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'))
