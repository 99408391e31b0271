// Where a list of events goes on: an offset for each partition, as one word for whoever asks. Pure.

import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'

/** Offsets by partition. */
export type Offsets = ReadonlyMap<string, number>

/** As a word that can stand in an address. */
export const cursorOf = (places: readonly (TopicPartition & { readonly offset: number })[]): string =>
  Buffer.from(JSON.stringify(places.map(place => [nameOf(place), place.offset]))).toString('base64url')

/** @returns undefined for a word that is none */
export function offsetsIn(cursor: string): Offsets | undefined {
  try {
    const pairs: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(pairs) || pairs.length > 100_000 || !pairs.every(isPair)) return undefined
    return new Map(pairs)
  } catch {
    return undefined
  }
}

const isPair = (each: unknown): each is [string, number] =>
  Array.isArray(each) &&
  each.length === 2 &&
  typeof each[0] === 'string' &&
  Number.isSafeInteger(each[1]) &&
  each[1] >= 0
