// YAML text to a plain tree in which every key and value knows its line and column. Pure.
// The rest of the reading sees this tree only, never the YAML library.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Finding, Findings, Position } from './findings.ts'

export type Located = LocatedMap | LocatedList | LocatedScalar

export interface LocatedMap {
  readonly kind: 'map'
  readonly at: Position
  readonly entries: ReadonlyMap<string, LocatedEntry>
  /** Stands for something else that should have been a map, and was reported; see read-map.ts. */
  readonly isBroken?: boolean
}

export interface LocatedEntry {
  readonly keyAt: Position
  readonly value: Located
}

export interface LocatedList {
  readonly kind: 'list'
  readonly at: Position
  readonly items: readonly Located[]
}

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly at: Position
  readonly value: unknown
  /** The characters of the file, so that an id such as 0012 keeps its zeros. */
  readonly source: string
}

/** The tree of the text; undefined if it is not YAML, and then the faults say where and why. */
export function parseYaml(text: string, findings: Findings): Located | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  // A tag the library does not know is only a warning there; here it would change what a value means.
  const broken = [...document.errors, ...document.warnings]
  for (const error of firstOfEachLine(broken, lines)) findings.faults.push(error)
  if (broken.length > 0) return undefined

  const position = (node: Node | null): Position => place(lines, node?.range?.[0] ?? 0)
  // Each anchor is converted once however often it is used, so a small file cannot grow into a huge tree.
  const done = new Map<Node, Located>()
  const open = new Set<Node>()

  function locate(node: Node | null, from: Position): Located {
    if (node === null) return { kind: 'scalar', at: from, value: null, source: '' }
    if (isAlias(node)) {
      const target = node.resolve(document)
      if (target !== undefined && !open.has(target)) return locate(target, from)
      const text =
        'an alias (a value that starts with *) leads nowhere or into itself; a plain value cannot start so; put it in quotes, or write out what the alias means'
      findings.faults.push({ at: position(node), path: '', text })
      return { kind: 'scalar', at: position(node), value: null, source: '' }
    }
    const known = done.get(node)
    if (known !== undefined) return known
    open.add(node)
    const located = convert(node)
    open.delete(node)
    done.set(node, located)
    return located
  }

  function convert(node: Node): Located {
    const at = position(node)
    if (isMap(node)) return { kind: 'map', at, entries: entriesOf(node as YAMLMap<Node, Node | null>) }
    if (isSeq(node)) return { kind: 'list', at, items: node.items.map(item => locate(item as Node, at)) }
    if (!isScalar(node)) return { kind: 'scalar', at, value: null, source: '' }
    return { kind: 'scalar', at, value: node.value, source: node.source ?? String(node.value) }
  }

  function entriesOf(map: YAMLMap<Node, Node | null>): Map<string, LocatedEntry> {
    return new Map(
      map.items.map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : '(a key that is not a word)'
        return [name, { keyAt: position(key), value: locate(value, position(key)) }]
      }),
    )
  }

  return locate(document.contents, { line: 1, column: 1 })
}

function firstOfEachLine(
  errors: readonly { code: string; message: string; pos: [number, number] }[],
  lines: LineCounter,
): Finding[] {
  const findings = new Map<number, Finding>()
  for (const { code, message, pos } of errors) {
    const at = place(lines, pos[0])
    const text = `this is not valid YAML: ${withoutSource(code, message)}; nothing of the file was used; ${remedies[code] ?? 'correct this line or the one before it'}`
    if (!findings.has(at.line)) findings.set(at.line, { at, path: '', text })
  }
  return [...findings.values()]
}

const remedies: Record<string, string> = {
  DUPLICATE_KEY: 'keep one of the two keys',
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'keep one document and remove the line ---',
  BAD_SCALAR_START: 'put the value in quotes',
  TAG_RESOLVE_FAILED: 'remove the word that starts with !',
}

// Some messages of the library end in a piece of the file, which may be a piece of a secret.
function withoutSource(code: string, message: string): string {
  if (code === 'BAD_DQ_ESCAPE') return 'Invalid escape sequence in double quotes'
  return message.replace(/(?<=\S): .*$/s, '')
}

function place(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}
