// What a check of a connection finds: one line, with a tick or a cross.

export interface Check {
  /** The part of the configuration, or of what it leads to, such as `outputs.devo_1`. */
  readonly part: string
  readonly isGood: boolean
  /** What was seen; where it is not good, what to do as well. */
  readonly text: string
}

export const good = (part: string, text: string): Check => ({ part, isGood: true, text })

export const bad = (part: string, text: string): Check => ({ part, isGood: false, text })

/** One line each. */
export const linesOf = (checks: readonly Check[]): string =>
  checks.map(({ part, isGood, text }) => `${isGood ? '✓' : '✗'} ${part}: ${text}`).join('\n')
