// What was found while the configuration was read: faults, which stop podpipe, and warnings, which do not.
// Both know their place, so that all of them can be shown at once in the order of the file.

/** A place in a file; both numbers start at 1. */
export interface Position {
  /** The file as the person named it; left out where there is only one. */
  readonly file?: string
  readonly line: number
  readonly column: number
}

/** One remark: `at` is a place in the file, or the name of whatever else the value came from. */
export interface Finding {
  readonly at: Position | string
  /** The key, such as `outputs.devo_1.config.port`; empty for the file as a whole. */
  readonly path: string
  /** What; why; what to do. */
  readonly text: string
}

/** The lists that every part of the reading adds to. */
export interface Findings {
  readonly faults: Finding[]
  readonly warnings: Finding[]
}

export const createFindings = (): Findings => ({ faults: [], warnings: [] })

/**
 * The findings as lines `file:line:column path: text`, in file order; what is in no file comes last.
 * @param file the file of a place that names none
 */
export function render(file: string, findings: readonly Finding[]): string[] {
  return inFileOrder(file, findings).map(finding => `${placeText(file, finding)}: ${printable(finding.text)}`)
}

/** A finding taken apart, for people and for programs. */
export interface Explained {
  readonly file: string
  /** Absent if the place is not in the file. */
  readonly line?: number
  readonly column?: number
  readonly key: string
  readonly what: string
  /** Why, and what to do. */
  readonly advice: string
  /** The two as people read them: the place and what, and indented below it the advice. */
  readonly text: string
}

/** The findings taken apart, in file order. */
export function explain(file: string, findings: readonly Finding[]): Explained[] {
  return inFileOrder(file, findings).map(finding => {
    const { at, path, text } = finding
    const [what, advice] = inTwo(printable(text))
    const place = typeof at === 'string' ? { file: at } : { file, ...at }
    const first = `${placeText(file, finding)}: ${what}`
    const shown = advice === '' ? first : `${first}\n    ${advice}`
    return { ...place, key: printable(path), what, advice, text: shown }
  })
}

/** A text "what; why; what to do" as its first part and the rest; a semicolon between quotes ends nothing. */
export function inTwo(text: string): [string, string] {
  const what = /^(?:"(?:\\.|[^"\\])*"|[^";]|;(?! ))*/.exec(text)?.[0] ?? text
  return text.startsWith('; ', what.length) ? [what, text.slice(what.length + 2)] : [text, '']
}

function placeText(file: string, { at, path }: Finding): string {
  const place = typeof at === 'string' ? at : `${at.file ?? file}:${at.line}:${at.column}`
  return path === '' ? place : `${place} ${printable(path)}`
}

// A key or a value from the file may hold line ends or terminal codes; they must not break the form.
const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ')

function inFileOrder(file: string, findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.flatMap(({ at }) => (typeof at === 'string' ? [] : [at.file ?? file])))]
  const rank = ({ at }: Finding): number =>
    typeof at === 'string' ? files.length : files.indexOf(at.file ?? file)
  return [...findings].sort((a, b) => rank(a) - rank(b) || byPlace(a, b))
}

function byPlace(a: Finding, b: Finding): number {
  const [first, second] = [placeOf(a), placeOf(b)]
  // Infinity minus Infinity is no number; two remarks outside the file keep the order they came in.
  if (first.line === second.line) return first.column === second.column ? 0 : first.column - second.column
  return first.line - second.line
}

const placeOf = ({ at }: Finding): Position =>
  typeof at === 'string' ? { line: Number.POSITIVE_INFINITY, column: 0 } : at

/** A value of the file as it may stand in a message: quoted, and cut where it gets long. */
export function quoted(value: unknown): string {
  const text = String(JSON.stringify(value))
  return text.length > 80 ? `${text.slice(0, 76).replace(/\\+$/, '')}..."` : text
}
