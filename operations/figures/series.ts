// The metrics of two looks, side by side: sums and highest values of the later one, rates from both. Pure.

import type { Look } from './figures.ts'
import type { Sample } from './samples.ts'

export type Labels = Readonly<Record<string, string>>

/** Questions about metrics by their name, over every process that has them. */
export interface Series {
  /** Those with these labels. */
  having(name: string, labels: Labels): readonly Sample[]
  sum(name: string, labels: Labels): number
  most(name: string, labels: Labels): number
  /** Growth a second; null before there are two looks. */
  rate(name: string, labels: Labels): number | null
  /** What labels say, each once, in order. */
  names(name: string, by: (labels: Labels) => string): string[]
  /** A metric of the process at an address, now. */
  at(address: string, name: string): number | undefined
  rateAt(address: string, name: string): number | null
}

interface Placed extends Sample {
  /** The address of its process. */
  readonly from: string
}

/** @param before undefined at the first look, which knows no rates */
export function seriesOf(now: Look, before: Look | undefined): Series {
  const seconds = before === undefined ? 0 : (now.at - before.at) / 1_000
  const byName = Map.groupBy(samplesOf(now), ({ name }) => name)
  const earlier = new Map(
    before === undefined ? [] : samplesOf(before).map(each => [`${each.from} ${each.series}`, each.value]),
  )

  // By the labels that are asked for: of hundreds of sessions each has its own questions.
  const tables = new Map<string, Map<string, Placed[]>>()
  const having = (name: string, labels: Labels): readonly Placed[] => {
    const keys = Object.keys(labels)
    const asked = [name, ...keys].join()
    const table =
      tables.get(asked) ??
      Map.groupBy(byName.get(name) ?? [], each => wordOf(keys.map(key => each.labels[key] ?? '')))
    tables.set(asked, table)
    return table.get(wordOf(Object.values(labels))) ?? []
  }
  const growth = (samples: readonly Placed[]): number | null => {
    if (seconds <= 0) return null
    // Each by itself: a process that was started again counts from zero, and beside others that must not show.
    return (
      samples.reduce((total, each) => {
        const was = earlier.get(`${each.from} ${each.series}`) ?? each.value
        return total + (each.value >= was ? each.value - was : each.value)
      }, 0) / seconds
    )
  }
  const at = (address: string, name: string): Placed | undefined =>
    byName.get(name)?.find(({ from }) => from === address)

  return {
    having,
    sum: (name, labels) => having(name, labels).reduce((total, { value }) => total + value, 0),
    most: (name, labels) => having(name, labels).reduce((top, { value }) => Math.max(top, value), 0),
    rate: (name, labels) => growth(having(name, labels)),
    names: (name, by) => [...new Set((byName.get(name) ?? []).map(({ labels }) => by(labels)))].sort(),
    at: (address, name) => at(address, name)?.value,
    rateAt(address, name) {
      const found = at(address, name)
      const isKnown = found !== undefined && earlier.has(`${found.from} ${found.series}`)
      return isKnown ? growth([found]) : null
    },
  }
}

const wordOf = (values: readonly string[]): string => values.join('\0')

const samplesOf = ({ services }: Look): Placed[] =>
  services.flatMap(({ answer, samples }) => samples.map(sample => ({ ...sample, from: answer.address })))
