// A histogram to which many values are added at once. prom-client's own looks up its labels, as text that it makes of them,
// for every value: that was a twentieth of what the forwarder does for an event.

import type { Histogram, Registry } from 'prom-client'

interface Series<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>
  /** Of each bucket by itself; the last one is for what is above them all. */
  readonly counts: Float64Array
  sum: number
}

interface Value {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

export class Distribution<Label extends string> {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #labelNames: readonly Label[]
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Series<Label>>()

  /** @param buckets their upper bounds, upwards */
  constructor(options: {
    readonly name: string
    readonly help: string
    readonly labelNames: readonly Label[]
    readonly buckets: readonly number[]
    readonly registry: Registry
  }) {
    this.name = options.name
    this.help = options.help
    this.#labelNames = options.labelNames
    this.#bounds = options.buckets
    // It asks for the name and for what `get` gives, whatever the class.
    options.registry.registerMetric(this as unknown as Histogram)
  }

  /** Is there from now on, with nothing in it, where it was not before. */
  zero(labels: Readonly<Record<Label, string>>): void {
    this.#of(labels)
  }

  add(labels: Readonly<Record<Label, string>>, values: ArrayLike<number>): void {
    const series = this.#of(labels)
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at] ?? 0
      let bucket = 0
      while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.sum += value
    }
  }

  /** What the registry shows. */
  async get(): Promise<{ name: string; help: string; type: string; values: Value[]; aggregator: string }> {
    const { name, help, type, aggregator } = this
    return {
      name,
      help,
      type,
      aggregator,
      values: [...this.#series.values()].flatMap(each => this.#shown(each)),
    }
  }

  #shown({ labels, counts, sum }: Series<Label>): Value[] {
    let count = 0
    const buckets = [...this.#bounds, '+Inf'].map((le, at) => {
      count += counts[at] ?? 0
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }

  #of(labels: Readonly<Record<Label, string>>): Series<Label> {
    const key = this.#labelNames.map(name => labels[name]).join('\0')
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const made = { labels: { ...labels }, counts: new Float64Array(this.#bounds.length + 1), sum: 0 }
    this.#series.set(key, made)
    return made
  }
}
