// What several rounds of one measurement come to: the median, and between what they lay. Pure.

import type { Range } from './figure.ts'

/** The middle value; of an even number of them the upper one of the two. NaN of none. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The least and the most; undefined where there is only one round, or none. */
export const rangeOf = (values: readonly number[]): Range | undefined =>
  values.length < 2 ? undefined : [Math.min(...values), Math.max(...values)]
