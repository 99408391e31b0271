// A password from a person or from another program; it is never shown.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'

/**
 * Asks on the terminal, twice.
 * @throws ConfigurationError when the two differ, or when nothing is typed
 */
export async function askPassword(): Promise<string> {
  const first = await askUnseen('Password: ')
  if (first !== (await askUnseen('The same once more: '))) {
    throw new ConfigurationError('The two passwords differ; nothing was hashed. Repeat the command.')
  }
  return first
}

/** The first line of what another program writes. */
export async function passwordFrom(input: NodeJS.ReadableStream): Promise<string> {
  return (await text(input)).split(/\r?\n/, 1)[0] ?? ''
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question)
  // What readline would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const left = new Promise<string>((_, reject) =>
    lines.once('SIGINT', () => reject(new ConfigurationError('Nothing was hashed.'))),
  )
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    return await Promise.race([lines.question(''), left, ended])
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
