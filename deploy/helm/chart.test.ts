// The chart held against the code, without Helm: its values, its schema, and every name that its templates take from podpipe.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { topLevelKeys } from '@podpipe/runtime/config/schema/top-level.ts'
import { metricList } from '@podpipe/runtime/metrics/list.ts'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { knownVariables } from '../test-variables.ts'
import { chart, examples, read, values } from './test-chart.ts'

const { version }: { version: string } = JSON.parse(read('package.json'))
const templates = readdirSync(`${chart}/templates`, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(yaml|tpl|txt)$/.test(name))
  .map(name => read(`deploy/helm/podpipe/templates/${name}`))
const isGood = new Ajv({ strict: false }).compile(JSON.parse(read('deploy/helm/podpipe/values.schema.json')))
const faults = (given: unknown): string[] => {
  isGood(given)
  return (isGood.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

test('chart, program and image have one version', () => {
  const { version: own, appVersion } = parse(read('deploy/helm/podpipe/Chart.yaml'))
  deepEqual([own, appVersion], [version, version])
})

test('the values and each example fit the schema', () => {
  deepEqual(faults(values), [])
  deepEqual(
    readdirSync(`${chart}/../examples`).sort(),
    Object.keys(examples)
      .map(name => `${name}.yaml`)
      .sort(),
  )
  for (const name of Object.keys(examples))
    deepEqual(faults(parse(read(`deploy/helm/examples/${name}.yaml`))), [], name)
})

for (const [what, given] of [
  ['a word that is none', { imgae: {} }],
  ['a misspelt key of the configuration', { settings: { dedup: { max_memroy: '1GiB' } } }],
  ['a duration that is none', { settings: { stop_budget: 'soon' } }],
  ['a password', { settings: { kafka: { sasl: { password: 'x' } } } }],
  ['a password of one service', { dedup: { settings: { kafka: { sasl: { password: 'x' } } } } }],
  ['what the chart sees to', { settings: { http: { ingest_port: 1 } } }],
  ['where the page is served, too', { console: { settings: { console: { host: '0.0.0.0' } } } }],
  [
    'the hash of a password',
    { console: { settings: { console: { users: { anna: { password_hash: 'x' } } } } } },
  ],
  ['a secret of the console', { console: { settings: { console: { secret_key: 'x' } } } }],
  ['a path of an ingress that is none', { console: { ingress: { path: 'podpipe' } } }],
  ['what config.yaml is for', { settings: { outputs: {} } }],
  ['a number of replicas that is none', { dedup: { replicas: -1 } }],
] as const)
  test(`the schema refuses ${what}`, () => equal(faults(given).length > 0, true))

test('every value of the chart is said in its schema, so that a misspelt one is refused everywhere', () => {
  const schema = JSON.parse(read('deploy/helm/podpipe/values.schema.json'))
  deepEqual(
    Object.keys(schema.properties)
      .filter(key => key !== 'global')
      .sort(),
    Object.keys(values).sort(),
  )
})

test('the ports are those of the configuration', () => {
  const text = templates.join('\n')
  const [, ports = ''] = /define "podpipe.ports" -}}\n.*dict (.*) -}}/.exec(text) ?? []
  const { http, console: page } = topLevelKeys
  deepEqual(
    Object.fromEntries([...ports.matchAll(/"(\w+)" (\d+)/g)].map(([, name, port]) => [name, Number(port)])),
    {
      ingest: http.ingest_port.default,
      dedup: http.dedup_port.default,
      forwarder: http.forwarder_port.default,
      console: http.console_port.default,
    },
  )
  ok(text.includes(`dict "page" ${page.port.default}`))
})

test('a pod is stopped for longer than podpipe takes to stop, and has memory for more than the ids of dedup', () => {
  const { pods, settings, dedup } = values as {
    pods: { terminationGracePeriodSeconds: number }
    settings: { stop_budget: string; dedup: { max_memory: string } }
    dedup: { resources: { limits: { memory: string } } }
  }
  equal(settings.stop_budget, topLevelKeys.stop_budget.default)
  ok(pods.terminationGracePeriodSeconds >= Number.parseInt(settings.stop_budget, 10) + 10)
  equal(settings.dedup.max_memory, '1GiB')
  ok(Number.parseInt(dedup.resources.limits.memory, 10) >= 1024 + 256)
})

test('variables and endpoints are those of podpipe', () => {
  const text = templates.join('\n')
  const variables = [...text.matchAll(/(?:- name: |"variable" ")([A-Z_]+)[\n"]/g)].map(
    ([, name = '']) => name,
  )
  ok(variables.length >= 9)
  for (const name of variables) ok(knownVariables.has(name), name)
  const served = read('runtime/http.ts')
  for (const [, path = ''] of text.matchAll(/path: (\/[a-z]+)/g)) ok(served.includes(`'${path}'`), path)
  const dockerfile = read('deploy/Dockerfile')
  for (const [, path = ''] of text.matchAll(/mountPath: (\/devo-collector\/\w+)/g))
    ok(dockerfile.includes(path), path)
})

test('metrics that scale, their labels, and jobs that are named are those of podpipe', () => {
  const text = templates.join('\n')
  const queries = [...text.matchAll(/by \((\w+)\) \((podpipe_\w+)\{/g)]
  ok(queries.length > 0)
  for (const [, label = '', metric] of queries) {
    const found = Object.values(metricList).find(({ name }) => name === metric)
    ok(
      found?.labels.some(each => each === label),
      `${metric} by ${label}`,
    )
  }
  const jobs = [...read('deploy/prometheus/prometheus.yml').matchAll(/job_name: (podpipe-\w+)/g)]
  deepEqual(
    jobs.map(([, job]) => job),
    ['ingest', 'dedup', 'forwarder', 'console'].map(name => `podpipe-${name}`),
  )
})
