// What the dashboards and the alert rules ask for is held against the closed list of metrics, and every alert against
// its test and its entry in the runbook.

import { deepEqual, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type MetricEntry, metricList } from '@podpipe/runtime/metrics/list.ts'
import { parse } from 'yaml'
import { dashboards } from './grafana/dashboards.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const rules: readonly Rule[] = parse(read('prometheus/alerts.yml')).groups[0].rules
const asked = [
  ...rules.map(({ alert, expr }) => ({ where: alert, query: expr })),
  ...dashboards.flatMap(({ title, panels }) =>
    panels.flatMap(panel => panel.queries.map(({ query }) => ({ where: `${title}, ${panel.title}`, query }))),
  ),
]
const listed = new Map(Object.values<MetricEntry>(metricList).map(entry => [entry.name, entry]))
// Given by Prometheus, or by its client library.
const others = new Set(['up', 'process_resident_memory_bytes', 'process_cpu_seconds_total'])
// What PromQL and Prometheus add.
const added = new Set(['job', 'instance', 'le'])

for (const { where, query } of asked) {
  test(`${where} asks for metrics and labels that there are`, () => {
    const plain = query.replaceAll(/"[^"]*"/g, '""')
    const names = [...plain.matchAll(/\b(podpipe_\w+|up|process_\w+)\b/g)].map(([name]) => name)
    ok(names.length > 0, query)
    const entries = names.flatMap(name => {
      if (others.has(name)) return []
      const entry = listed.get(name) ?? listed.get(name.replace(/_(bucket|sum|count)$/, ''))
      ok(entry, `${name} is not in runtime/metrics/list.ts`)
      return [entry]
    })
    const labels = [
      ...[...plain.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')),
      ...[...plain.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label),
    ].map(label => label.trim())
    for (const label of labels) {
      ok(
        added.has(label) || entries.some(entry => entry.labels.some(each => each === label)),
        `no metric in ${query} has the label ${label}`,
      )
    }
  })
}

test('every alert has an entry in the runbook, and a test', () => {
  const headings = new Set(
    [...read('../docs/runbook.md').matchAll(/^### (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
  const tests: readonly {
    alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[]
  }[] = parse(read('prometheus/alerts.test.yml')).tests
  const tested = tests.flatMap(each => each.alert_rule_test)
  for (const { alert, annotations } of rules) {
    const anchor = annotations.runbook?.split('#')[1] ?? ''
    ok(headings.has(anchor), `${alert}: docs/runbook.md has no entry ${anchor}`)
    const cases = tested.filter(({ alertname }) => alertname === alert)
    ok(
      cases.some(({ exp_alerts: expected }) => expected.length > 0),
      `${alert} is never tested to speak`,
    )
    ok(
      cases.some(({ exp_alerts: expected }) => expected.length === 0),
      `${alert} is never tested to be silent`,
    )
  }
})

for (const [what, file] of [
  ['check', 'alerts.yml'],
  ['test', 'alerts.test.yml'],
] as const) {
  const promtool = spawnSync('promtool', [what, 'rules', file], {
    cwd: new URL('prometheus', import.meta.url),
    encoding: 'utf8',
  })
  const isThere = promtool.error === undefined
  test(
    `promtool ${what}s the alert rules`,
    {
      skip: isThere ? false : 'promtool is not installed; Debian has it in the package prometheus',
    },
    () => deepEqual([promtool.status, promtool.stderr], [0, '']),
  )
}
