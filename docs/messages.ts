// What podpipe warns of in its log, and the symptoms that it tells at /status, read from its sources: docs/runbook.md is held
// against this. Pure, but for reading the sources.

import { readdirSync, readFileSync } from 'node:fs'

const call = /\blog(?:\.(?:error|warn)|\[[^\]]*\])\(/g
const symptomOf = /\bsymptom(?: =|:) ('[^']+'|`[^`]+`)/g

/** The first clause of each message, `…` for what differs from case to case; what is nothing but that is left out. */
export function loggedIn(source: string): string[] {
  return [...source.matchAll(call)].flatMap(match => {
    const clause = clauseOf(argumentsFrom(source, match.index + match[0].length).at(-1) ?? '')
    return clause === undefined ? [] : [clause]
  })
}

/** The symptoms of troubles. */
export const symptomsIn = (source: string): string[] =>
  [...source.matchAll(symptomOf)].flatMap(([, literal = '']) => clauseOf(literal) ?? [])

/** The texts of a call's arguments, up to its closing bracket. */
function argumentsFrom(source: string, from: number): string[] {
  const found = ['']
  let depth = 0
  let quote = ''
  for (let at = from; at < source.length; at++) {
    const character = source[at] ?? ''
    if (quote === '' && ')]}'.includes(character) && depth-- === 0) break
    if (quote === '' && '([{'.includes(character)) depth++
    if ('\'"`'.includes(character) && (quote === '' || quote === character))
      quote = quote === '' ? character : ''
    if (quote === '' && depth === 0 && character === ',') found.push('')
    else found.push((found.pop() ?? '') + character)
  }
  return found.map(each => each.trim()).filter(each => each !== '')
}

function clauseOf(argument: string): string | undefined {
  let text = argument
  // From the innermost on, since templates lie within each other.
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replaceAll(/\$\{[^{}]*\}/g, '…')
  }
  const literal = /^(['"`])([\s\S]*?)\1/.exec(text)?.[2]
  if (literal === undefined) return undefined
  const clause = literal.split(/; |\. |: /)[0] ?? ''
  // A message without words of its own is made of a symptom or a warning that stands elsewhere.
  return /[a-z]{3} /.test(clause) ? clause : undefined
}

/** Every source of the services and what they run on, without tests. */
export function sources(): string[] {
  return ['services', 'runtime', 'operations', 'cli'].flatMap(folder => {
    const root = new URL(`../${folder}/`, import.meta.url)
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && !file.includes('test') && !file.includes('node_modules'))
      .map(file => readFileSync(new URL(file, root), 'utf8'))
  })
}
