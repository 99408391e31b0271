// What to say where a word is not known. Pure.

import { nearest } from '@podpipe/runtime/config/reading/nearest.ts'

/** What to name instead of a word that is not known. */
export function adviceOn(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === undefined
    ? `Name one of ${known.join(', ')}`
    : `Did you mean ${meant}? Name one of ${known.join(', ')}`
}
