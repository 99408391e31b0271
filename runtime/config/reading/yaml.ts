// YAML text to the tree of document.ts. Pure.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Located, LocatedEntry } from './document.ts'
import { tooDeep } from './document.ts'
import type { Finding, Findings, Position } from './findings.ts'

/**
 * The tree of the text; undefined if it is not YAML, and then the faults say where and why.
 * @param file its name, where one of several has to be told apart
 */
export function parseYaml(text: string, findings: Findings, file?: string): Located | undefined {
  const before = findings.faults.length
  try {
    const root = read(text, findings, file)
    return findings.faults.length > before ? undefined : root
  } catch (error) {
    // The library, like the reading below, goes down by calling itself.
    if (!(error instanceof RangeError)) throw error
    findings.faults.push({
      at: { line: 1, column: 1, ...(file !== undefined && { file }) },
      path: '',
      text: tooDeep,
    })
    return undefined
  }
}

function read(text: string, findings: Findings, file: string | undefined): Located | undefined {
  const lines = new LineCounter()
  // The library compares each key with all others, minutes for some ten thousand; entriesOf asks a map instead.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false } as const
  const document = withoutStacks(() => parseDocument(text, options))
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1), ...(file !== undefined && { file }) }
  }
  // A tag the library does not know is only a warning there; here it would change what a value means.
  const broken = [...document.errors, ...document.warnings]
  for (const error of firstOfEachLine(broken, place)) findings.faults.push(error)
  if (broken.length > 0) return undefined

  const position = (node: Node | null): Position => place(node?.range?.[0] ?? 0)
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
    const entries = new Map<string, LocatedEntry>()
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : '(a key that is not a word)'
      const keyAt = position(key)
      if (entries.has(name)) findings.faults.push(doubledKey(keyAt))
      else entries.set(name, { keyAt, value: locate(value, keyAt) })
    }
    return entries
  }

  return locate(document.contents, place(0))
}

// The name itself is not shown: a slip can make a secret the key.
const doubledKey = (at: Position): Finding => ({
  at,
  path: '',
  text: 'this key is there twice, and keys must be unique; only one can count; keep one of the two keys',
})

/** A broken file can have an error at every character, and a stack for each would take seconds. */
function withoutStacks<Value>(work: () => Value): Value {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = limit
  }
}

function firstOfEachLine(
  errors: readonly { code: string; message: string; pos: [number, number] }[],
  place: (offset: number) => Position,
): Finding[] {
  const findings = new Map<number, Finding>()
  for (const { code, message, pos } of errors) {
    const at = place(pos[0])
    const text = `this is not valid YAML: ${withoutSource(code, message)}; nothing of the file was used; ${remedies[code] ?? 'correct this line or the one before it'}`
    if (!findings.has(at.line)) findings.set(at.line, { at, path: '', text })
    if (findings.size === mostErrors) break
  }
  return [...findings.values()]
}

/** What stands behind so many errors is no news any more. */
const mostErrors = 20

const remedies: Record<string, string> = {
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
