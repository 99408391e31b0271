// The question before a command changes something that cannot be undone by repeating it.

import { createInterface } from 'node:readline/promises'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'

/** How to ask a person; undefined where nobody can be asked. */
export type Ask = ((question: string) => Promise<string>) | undefined

/**
 * Resolves when the change is wanted: by --yes, or by a person who types yes.
 * @param change what would happen, as a whole sentence
 * @throws ConfigurationError when it is not
 */
export async function confirm(change: string, yes: boolean, ask: Ask): Promise<void> {
  if (yes) return
  if (ask === undefined) {
    throw new ConfigurationError(
      `${change} Nothing was changed, since there is no terminal to ask on. Repeat the command with --yes if that is what you want.`,
    )
  }
  const answer = await ask(`${change} Type yes to go on: `)
  if (answer.trim().toLowerCase() !== 'yes') {
    throw new ConfigurationError('Nothing was changed, since the answer was not yes.')
  }
}

/** Asks on the terminal of this process, if it has one. */
export function askOnTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  return async question => {
    // On standard error, so that standard output holds the result alone.
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    // The end of the input is no yes, and readline alone would never answer then.
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    try {
      return await Promise.race([lines.question(question), ended])
    } finally {
      lines.close()
    }
  }
}
