// The sentences in which podpipe says what to do otherwise, in the one shape of the API's refusals and in the words of the page. Pure.

import { AskedError } from '@podpipe/operations/asked-error.ts'
import type { RefusalBody } from './refusal.ts'

/** Flags of the command line that are called otherwise where the API takes them. */
const fields: Readonly<Record<string, string>> = { match: 'ids', resume: 'name' }

const fieldOf = (flag: string): string => fields[flag] ?? flag

/** @param asked the method and path, for sentences that name no place */
export function refusalOfAsked(error: Error, asked: string): RefusalBody {
  return error instanceof AskedError
    ? refusalIn(error.what, asked, error.onPage)
    : refusalIn(error.message, asked)
}

/**
 * `--from x: is no time. Write one such as …` says where, why and what to do, in this order.
 * @param fix what to do, where it stands in no sentence of the message
 */
export function refusalIn(message: string, asked: string, fix?: string): RefusalBody {
  const [, flag, rest = message] = /^--(\S+?):? ([\s\S]*)$/.exec(message) ?? []
  const sentences = rest.split(/(?<=[.?!]) (?=[A-Z])/)
  // Of `Did you mean devo? Name one of …` both are advice.
  const first = sentences.findIndex(sentence => sentence.startsWith('Did you mean '))
  const at = fix !== undefined ? sentences.length : first > 0 ? first : Math.max(1, sentences.length - 1)
  const advice = fix ?? sentences.slice(at).join(' ')
  return {
    what: 'This cannot be done as it is asked',
    where: flag === undefined ? asked : fieldOf(flag),
    why: inFields(sentences.slice(0, at).join(' ')),
    fix: advice === '' ? 'Change what is asked for, and try again.' : inFields(advice),
  }
}

const inFields = (text: string): string => text.replace(/(?<!\S)--([a-z-]+)/g, (_, flag) => fieldOf(flag))
