// What an answer of `npm audit --json` means.

export interface Answer {
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      { readonly severity: string; readonly range: string; readonly via: readonly (string | Via)[] }
    >
  >
  readonly message?: string
}

interface Via {
  readonly title: string
  readonly url: string
}

/**
 * @param answer what npm printed, undefined when it was no JSON
 * @param errors what it printed beside it
 */
export function verdictOf(
  answer: Answer | undefined,
  errors: string,
): { readonly text: string; readonly code: 0 | 1 } {
  if (answer?.vulnerabilities === undefined) {
    const why = answer?.message ?? errors.trim().split('\n')[0] ?? ''
    return {
      text: `audit: NOT DONE: the registry gives no answer about weaknesses (${why}). Run npm run audit where npm reaches one that does, such as npm's own.`,
      code: 0,
    }
  }
  const found = Object.entries(answer.vulnerabilities)
  if (found.length === 0) return { text: 'audit: no known weakness in what podpipe runs on', code: 0 }
  const lines = found.map(([name, { severity, range, via }]) => {
    const told = via.map(each => (typeof each === 'string' ? `by ${each}` : `${each.title}, ${each.url}`))
    return `  ${name} ${range}: ${severity}: ${told.join('; ')}`
  })
  return {
    text: `audit: known weaknesses; exchange these, or argue in docs/adr/0006-dependencies.md why they do not matter:\n${lines.join('\n')}`,
    code: 1,
  }
}
