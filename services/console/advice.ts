// The sentences in which podpipe says what to do otherwise, in the one shape of the API's refusals. Pure.

import type { RefusalBody } from './refusal.ts'

/**
 * `--from x: is no time. Write one such as …` says where, why and what to do, in this order.
 * @param asked the method and path, for sentences that name no place
 */
export function refusalIn(message: string, asked: string): RefusalBody {
  const [, flag, rest = message] = /^--(\S+) ([\s\S]*)$/.exec(message) ?? []
  const sentences = rest.split(/(?<=[.?!]) (?=[A-Z])/)
  const fix = sentences.length > 1 ? sentences.slice(-1) : []
  return {
    what: 'This cannot be done as it is asked',
    where: flag ?? asked,
    why: sentences.slice(0, sentences.length - fix.length).join(' '),
    fix: fix[0] ?? 'Change what is asked for, and try again.',
  }
}
