// `${NAME}` in a value stands for a variable of the environment, and `$${` for `${` itself. Pure.

import type { Located, LocatedMap, LocatedScalar } from './document.ts'
import { type Findings, quoted } from './findings.ts'

/**
 * The tree with every variable in a value replaced; one that is not set is a fault at its line. A value that comes out
 * empty counts as none. Keys stay as they are.
 */
export function expand(root: LocatedMap, env: NodeJS.ProcessEnv, findings: Findings): LocatedMap {
  // An anchor that is used in many places is replaced, and complained about, once.
  const done = new Map<Located, Located>()

  function within(located: Located, path: string): Located {
    const known = done.get(located)
    if (known !== undefined) return known
    const expanded = convert(located, path)
    done.set(located, expanded)
    return expanded
  }

  function convert(located: Located, path: string): Located {
    if (located.kind === 'list') {
      const items = located.items.map(item => within(item, path))
      return { ...located, items, isBroken: items.some(({ isBroken }) => isBroken === true) }
    }
    return located.kind === 'scalar' ? scalar(located, path) : keys(located, path)
  }

  function keys(located: LocatedMap, path: string): LocatedMap {
    const entries = [...located.entries].map(([key, entry]) => {
      const below = path === '' ? key : `${path}.${key}`
      return [key, { ...entry, value: within(entry.value, below) }] as const
    })
    return { ...located, entries: new Map(entries) }
  }

  function scalar(located: LocatedScalar, path: string): LocatedScalar {
    const { value: text, at } = located
    if (typeof text !== 'string' || !text.includes('${')) return located
    const variables: string[] = []
    let isBroken = false
    const value = text.replace(/\$\$\{|\$\{([^{}]*)\}?/g, (written, name: string | undefined) => {
      if (written === '$${') return '${'
      const wrong = faultOf(written, name ?? '', env)
      if (wrong !== undefined) {
        isBroken = true
        findings.faults.push({ at, path, text: wrong })
      }
      variables.push(name ?? '')
      return env[name ?? ''] ?? ''
    })
    return { ...located, value: value === '' || isBroken ? null : value, variables, isBroken }
  }

  return keys(root, '')
}

const opening = '$' + '{'

function faultOf(written: string, name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !written.endsWith('}')) {
    // It may be a piece of a secret, so it is not shown.
    return `holds ${opening} without the name of a variable behind it; podpipe knows ${opening}NAME} only; write $${opening} for the two characters themselves`
  }
  return env[name] === undefined
    ? `the environment variable ${quoted(name)} is not set; it stands for a piece of this value; set it where podpipe is started, or write $${written} if these characters are meant`
    : undefined
}
