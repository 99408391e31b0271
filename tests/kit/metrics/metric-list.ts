// What a service shows at /metrics, held against the closed list.

import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import { type MetricEntry, metricList } from '@podpipe/runtime/metrics/list.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { samplesOf } from './metrics.ts'

// Those of the process, which come with the client library.
const ofProcess = /^(process|nodejs)_/
// A histogram is shown by these.
const parts = /_(bucket|sum|count)$/

/** What is shown and not listed, listed and not shown, or shown with other labels; empty when all is as it should be. */
export async function differences(service: ServiceName, process: ServiceProcess): Promise<string[]> {
  const entries = Object.values<MetricEntry>(metricList)
  const listed = new Map(entries.map(entry => [entry.name, entry]))
  const shown = new Set<string>()
  const faults = new Set<string>()
  for (const { name, labels } of await samplesOf(process)) {
    if (ofProcess.test(name)) continue
    const entry = listed.get(name) ?? listed.get(name.replace(parts, ''))
    if (entry === undefined || (entry.of !== service && entry.of !== 'all')) {
      faults.add(`${service} shows ${name}, which is not listed for it`)
      continue
    }
    shown.add(entry.name)
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).filter(label => label !== 'le')
    if ([...names].sort().join() !== [...entry.labels].sort().join()) {
      faults.add(`${service} shows ${name} with ${names.join()}, listed are ${entry.labels.join()}`)
    }
  }
  for (const { name, of } of entries) {
    const isLag = name.startsWith('podpipe_lag_')
    // Of podpipe's own Kafka only; the tests of that one ask for it.
    const isDisk = name.startsWith('podpipe_disk_')
    const isDue = of === service || (of === 'all' && !isDisk && !(isLag && service === 'ingest'))
    if (isDue && !shown.has(name)) faults.add(`${service} does not show ${name}`)
  }
  return [...faults]
}
