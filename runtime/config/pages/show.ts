// What counts under each key and where it comes from: the answer of `podpipe config show`. Pure.

import type { Reading } from '../reading/context.ts'

/** One key as it is shown; JSON of the CLI, so members are only ever added. */
export interface Shown {
  readonly key: string
  /** In the spelling of the file; null if nothing counts. A secret is `(secret)`. */
  readonly value: unknown
  readonly secret: boolean
  /** `file:line:column`, the name of a variable, or `default`. */
  readonly from: string
}

/** The readings as they are shown. @param file the file of a place that names none */
export function shownOf(readings: ReadonlyMap<string, Reading>, file: string): Shown[] {
  return [...readings].map(([key, { value = null, isSecret, from }]) => ({
    key,
    value: isSecret && from !== undefined ? '(secret)' : value,
    secret: isSecret,
    from: sourceOf(from, file),
  }))
}

function sourceOf(from: Reading['from'], file: string): string {
  if (from === undefined) return 'default'
  return typeof from === 'string' ? from : `${from.file ?? file}:${from.line}:${from.column}`
}

/** The same for a person, one key a line. */
export function shownText(shown: readonly Shown[]): string {
  const rows = shown.map(({ key, value, from }) => [key, spelled(value), from] as const)
  const [keys, values] = [0, 1].map(column =>
    Math.max(...rows.map(row => String(row[column]).length).filter(length => length <= 60)),
  )
  return rows
    .map(([key, value, from]) => `${key.padEnd(keys ?? 0)}  ${value.padEnd(values ?? 0)}  ${from}`)
    .join('\n')
}

const spelled = (value: unknown): string => {
  if (value === null || value === '') return '-'
  const text = Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
  // A value of the file may hold line ends or terminal codes.
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}
