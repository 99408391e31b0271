// docs/metrics.md, made from the closed list. Pure.

import { labelMeanings } from './labels.ts'
import { type MetricEntry, type MetricOwner, metricList } from './list.ts'

const owners: Record<MetricOwner, string> = {
  ingest: 'ingest',
  dedup: 'dedup',
  forwarder: 'forwarder',
  console: 'console',
  all: 'Every service',
}

/** The page, as it is kept in the tree. */
export function metricsPage(): string {
  const entries = Object.values<MetricEntry>(metricList)
  const sections = (Object.keys(owners) as MetricOwner[]).map(owner => [
    `## ${owners[owner]}`,
    '',
    '| metric | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...entries.filter(({ of }) => of === owner).map(rowOf),
    '',
  ])
  return [
    '# Metrics',
    '',
    '<!-- Made from runtime/metrics/list.ts by `npm run docs`. -->',
    '',
    'Every service serves them at `/metrics`, in the form that Prometheus reads, on the port that `http` in the configuration',
    'gives it. Besides these there are those of the process itself (`process_*`, `nodejs_*`). Names and labels are kept.',
    'The dashboards and alert rules under `deploy/` use no others.',
    '',
    'At rest the account closes: what ingest received is what dedup decided, and what is unique is delivered by each output or',
    'rejected by it:',
    '',
    '    sum(podpipe_ingest_received_total) = sum(podpipe_dedup_events_total)',
    '    sum(podpipe_dedup_events_total{outcome="unique"}) = sum(podpipe_forwarder_events_total{output="devo_1"})',
    '',
    'Counters begin anew with each process, and a frame or event that had to be done twice counts twice, so this holds while no',
    'process has ended out of order. What `podpipe rejected redrive` writes to raw is decided without having been received anew.',
    '`podpipe audit` proves the account from the topics, whatever has happened.',
    '',
    ...sections.flat(),
    '## Labels',
    '',
    '| label | meaning |',
    '| --- | --- |',
    ...Object.entries(labelMeanings).map(([label, meaning]) => `| \`${label}\` | ${meaning} |`),
    '',
  ].join('\n')
}

function rowOf({ name, kind, labels, values, help, buckets }: MetricEntry): string {
  const shown = labels.map(label => {
    const taken = values?.[label]
    if (taken === undefined) return `\`${label}\``
    return `\`${label}\`: ${typeof taken === 'string' ? taken : taken.join(', ')}`
  })
  const ranges = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`
  return `| \`${name}\` | ${kind} | ${shown.join('; ')} | ${help}${ranges} |`
}
