// The chart, installed for real: an API server of Kubernetes judges every object of each set of values as strictly as it can, in a namespace
// where pods have to be confined, and keeps, changes and forgets what Helm tells it. What the pods then do is not seen here.

import { deepEqual, equal, match } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { noApiServer, startApiServer } from './test-api-server.ts'
import { chart, examples, noHelm, rendered, runHelm, valuesOf } from './test-chart.ts'

/** Kinds that operators bring along; what is in them is their own affair. */
const brought = [
  ['monitoring.coreos.com', 'v1', 'PodMonitor'],
  ['keda.sh', 'v1alpha1', 'ScaledObject'],
].map(([group = '', version, kind = '']) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase() },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}))
/** What everything.yaml names of a cluster's own. */
const own = [
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1, metadata: { name: 'important' } },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', handler: 'runsc', metadata: { name: 'gvisor' } },
]

test('an API server of Kubernetes takes all of it', { skip: noHelm ?? noApiServer ?? false }, async t => {
  const server = await startApiServer(t)
  for (const each of [...brought, ...own]) deepEqual(await server.make(each), { status: 201, said: '' })

  for (const example of Object.keys(examples)) {
    await t.test(`${example}: installed, changed and taken away`, async () => {
      const labels = Object.fromEntries(
        ['enforce', 'warn'].map(mode => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
      )
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: example, labels } }
      deepEqual(await server.make(namespace), { status: 201, said: '' })
      const helm = (verb: string, ...more: readonly string[]): string => {
        const where = ['--kubeconfig', server.kubeconfig, '--namespace', example]
        // A job never ends where nobody runs it.
        const { text, failed } = runHelm(verb, 'r', ...more, ...where, '--no-hooks')
        equal(failed, false, text)
        return text
      }
      const values = join(chart, '../examples', `${example}.yaml`)
      const given = [chart, '--values', values, ...valuesOf(example)]

      match(helm('install', ...given), /helm -n \w+ test r/)
      for (const manifest of rendered(example)) {
        // What is there is judged under another name.
        const metadata = { ...manifest.metadata, name: `${manifest.metadata.name}-2` }
        const judged = await server.make({ ...manifest, metadata }, example, true)
        deepEqual(judged, { status: 201, said: '' }, `${manifest.kind} ${manifest.metadata.name}`)
      }
      const deployments = `/apis/apps/v1/namespaces/${example}/deployments`
      const before = await server.list(deployments)
      equal(before.includes('r-podpipe-console'), example !== 'minimal')
      helm('upgrade', ...given, '--set', 'console.enabled=false')
      deepEqual(
        await server.list(deployments),
        before.filter(name => name !== 'r-podpipe-console'),
      )
      helm('uninstall')
      for (const path of [
        deployments,
        `/api/v1/namespaces/${example}/services`,
        `/apis/apps/v1/namespaces/${example}/statefulsets`,
      ])
        deepEqual(await server.list(path), [], path)
    })
  }
})
