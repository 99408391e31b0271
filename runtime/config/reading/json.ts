// JSON text to the tree of document.ts: the form in which the vendor's hosted server takes a configuration. Pure.
// A parser of its own, since YAML would take trailing commas and bare words in silence, which JSON does not know.

import { type AnyNode, parse, type ValueNode } from '@humanwhocodes/momoa'
import { type Located, type LocatedEntry, tooDeep } from './document.ts'
import type { Findings, Position } from './findings.ts'

/**
 * The tree of the text; undefined if it is not JSON, and then one fault says where and why.
 * @param file its name, where one of several has to be told apart
 */
export function parseJson(text: string, findings: Findings, file?: string): Located | undefined {
  const before = findings.faults.length
  const at = ({ line, column }: Position): Position => ({ line, column, ...(file !== undefined && { file }) })
  const fault = (place: Position, what: string): void =>
    void findings.faults.push({ at: at(place), path: '', text: what })

  const locate = (node: ValueNode): Located => {
    const place = at(node.loc.start)
    if (node.type === 'Object') {
      const entries = new Map<string, LocatedEntry>()
      for (const { name, value } of node.members) {
        const key = name.type === 'String' ? name.value : name.name
        if (entries.has(key)) {
          fault(
            name.loc.start,
            'this key is there twice, and keys must be unique; only one can count; keep one of the two keys',
          )
        } else entries.set(key, { keyAt: at(name.loc.start), value: locate(value) })
      }
      return { kind: 'map', at: place, entries }
    }
    if (node.type === 'Array') {
      return { kind: 'list', at: place, items: node.elements.map(({ value }) => locate(value)) }
    }
    const value = 'value' in node ? node.value : null
    const source = node.type === 'String' ? node.value : sourceOf(text, node)
    return { kind: 'scalar', at: place, value, source }
  }

  try {
    const root = locate(parse(text).body)
    return findings.faults.length > before ? undefined : root
  } catch (error) {
    if (error instanceof RangeError) fault({ line: 1, column: 1 }, tooDeep)
    else if (isPlaced(error)) fault(error, `this is not valid JSON: ${explain(text, error.offset)}`)
    else throw error
    return undefined
  }
}

const sourceOf = (text: string, { loc }: AnyNode): string => text.slice(loc.start.offset, loc.end.offset)

function isPlaced(error: unknown): error is Error & Position & { readonly offset: number } {
  return error instanceof Error && 'line' in error && 'column' in error && 'offset' in error
}

/** What; why; what to do, from what stands at the place. No piece of the file is shown: it may be one of a secret. */
function explain(text: string, offset: number): string {
  const [before, found] = [text.slice(0, offset).trimEnd(), text.slice(offset).trimStart().charAt(0)]
  const unused = 'nothing of it was used'
  if (before === '' && found === '') return `it is empty; ${unused}; put the configuration into it`
  if (found === '') return `it ends too soon; ${unused}; close what is open: a quote, a bracket or a brace`
  if (found === '<') {
    return `a placeholder in angle brackets still stands here; ${unused}; fill it in: a text in double quotes, true or false, or a number`
  }
  if ((found === '}' || found === ']') && before.endsWith(',')) {
    return `a comma stands before the ${found}; ${unused}; remove the comma`
  }
  if (found === "'") return `single quotes are no quotes in JSON; ${unused}; use double quotes`
  if (found === '/' || found === '#') return `JSON knows no comments; ${unused}; remove it`
  if (found === '"' && /["\d\]}el]$/.test(before)) return `a comma is missing before this; ${unused}; add it`
  if (/[{[,:]$/.test(before) && /[\p{L}_]/u.test(found)) {
    return `a bare word stands here; ${unused}; put it in double quotes, unless it is true, false or null`
  }
  if (isWhole(before))
    return `something stands behind its end; ${unused}; remove it, or the bracket too many before it`
  return `this character cannot stand here; ${unused}; correct this line or the one before it`
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
