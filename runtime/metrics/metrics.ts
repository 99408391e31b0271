// The metrics of one process, made from the closed list.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { Distribution } from './distribution.ts'
import { type MetricEntry, metricList } from './list.ts'

type List = typeof metricList
type Name = keyof List

type MetricOf<Entry extends MetricEntry> = Entry['kind'] extends 'counter'
  ? Counter<Entry['labels'][number]>
  : Entry['kind'] extends 'histogram'
    ? Distribution<Entry['labels'][number]>
    : Gauge<Entry['labels'][number]>

export type Metrics = { readonly registry: Registry } & { readonly [Each in Name]: MetricOf<List[Each]> }

/** Makes the metrics of this process. Those of other services stay without samples and are not shown. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const made = Object.entries<MetricEntry>(metricList).map(([key, entry]) => [key, make(entry, registry)])
  return { registry, ...Object.fromEntries(made) }
}

function make({ kind, name, help, labels, buckets }: MetricEntry, registry: Registry): unknown {
  const options = { name, help, labelNames: labels, registers: [registry] }
  if (kind === 'histogram') return new Distribution({ ...options, buckets: buckets ?? [], registry })
  const metric = kind === 'counter' ? new Counter(options) : new Gauge(options)
  // One without labels would be shown as 0 by every process, whosever it is.
  if (labels.length === 0) metric.remove()
  return metric
}
