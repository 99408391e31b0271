// The console in the chart: who reaches it, by which way, and what its pod alone is given.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { createFolder, createPems, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { userKeys } from '@podpipe/runtime/config/schema/console-access.ts'
import { type Manifest, noHelm, type Pod, podsOf, rendered, variablesOf } from './test-chart.ts'

const skip = noHelm ?? false
const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  manifests.find(manifest => manifest.kind === kind && manifest.metadata.name === name)
const letIn = (manifests: readonly Manifest[]): readonly unknown[] => {
  const rules = named(manifests, 'NetworkPolicy', 'r-podpipe')?.spec.ingress
  return Array.isArray(rules) ? rules : []
}
const volumesOf = (pod: Pod | undefined): string[] => (pod?.volumes ?? []).map(({ name }) => name)
const onCluster = ['--set', 'settings.kafka.brokers={k:9092}'] as const
const exposed = ['--set', 'console.exposed=true'] as const

/** What podpipe makes of a pod's variables, beside the vendor's file and with every Secret mounted that the chart names. */
async function configOf(t: TestContext, pod: Pod | undefined): Promise<PodpipeConfig> {
  const pems = await createPems()
  const own = /^ *api_key:.*\n/m
  const file = createFolder(
    t,
    pems,
    volumesOf(pod).includes('api-key') ? vendorFile.replace(own, '') : vendorFile,
  )
  const folder = join(dirname(file), '..')
  writeFileSync(join(folder, 'certs/kafka-ca.crt'), pems.chain)
  const secrets: Readonly<Record<string, string>> = {
    'api-key/api_key': 'the-key',
    'api-key/live': 'the-key',
    'backfill-api-key/backfill': 'another-key',
    'kafka/password': 'a-password',
    'users/anna': userKeys.password_hash.example,
    'console-key/secret_key': 'k'.repeat(44),
    'oidc/client_secret': 'a-client-secret',
  }
  for (const [name, text] of Object.entries(secrets)) {
    if (!volumesOf(pod).includes(dirname(name))) continue
    mkdirSync(join(folder, 'secrets', dirname(name)), { recursive: true })
    writeFileSync(join(folder, 'secrets', name), text, { mode: 0o600 })
  }
  const env = Object.entries(variablesOf(pod)).map(([name, value]) => [
    name,
    value.replaceAll('/run/secrets/podpipe', join(folder, 'secrets')),
  ])
  return readConfig(file, Object.fromEntries(env))
}

test('its pod is a console that people sign in to, and sees every process of the services', {
  skip,
}, async t => {
  const manifests = rendered('production')
  const pod = podsOf(manifests).get('console')
  const { console: settings, kafka } = await configOf(t, pod)
  deepEqual(
    {
      host: settings.host,
      port: settings.port,
      basePath: settings.basePath,
      publicUrl: settings.publicUrl,
      users: settings.users.map(({ name, role }) => [name, role]),
      addresses: settings.proxy.addresses,
      secretKey: settings.secretKey,
      brokers: kafka.brokers.length,
    },
    {
      host: '0.0.0.0',
      port: 8100,
      basePath: '/',
      publicUrl: 'https://podpipe.example.com/',
      users: [['anna', 'admin']],
      addresses: ['10.0.0.0/8'],
      secretKey: 'k'.repeat(44),
      brokers: 3,
    },
  )
  // Services without an address of their own, whose names stand for all of their pods.
  for (const place of settings.services) {
    const [name = '', port] = place.split(':')
    const spec = named(manifests, 'Service', name)?.spec
    deepEqual(
      [spec?.clusterIP, spec?.ports],
      ['None', [{ name: 'http', port: Number(port), targetPort: 'http' }]],
    )
  }
  equal(settings.services.length, 3)
})

test('below a path, and by an issuer', { skip }, async t => {
  const { console: settings, kafka } = await configOf(t, podsOf(rendered('everything')).get('console'))
  deepEqual(
    [settings.basePath, settings.publicUrl, settings.oidc?.clientSecret, kafka.security?.sasl?.username],
    ['/podpipe/', 'https://mail.example.com/podpipe/', 'a-client-secret', 'podpipe-console'],
  )
})

test('ingest has the key of the collectors too, and nobody else has anything of the console', {
  skip,
}, async t => {
  const pods = podsOf(rendered('everything'))
  const own = ['console-key', 'oidc', 'users']
  for (const [name, holds] of [
    ['console', own],
    ['ingest', ['console-key']],
    ['dedup', []],
    ['forwarder', []],
    ['topics', []],
  ] as const) {
    deepEqual(
      volumesOf(pods.get(name)).filter(volume => own.includes(volume)),
      holds,
      name,
    )
  }
  const ingest = await configOf(t, pods.get('ingest'))
  deepEqual([ingest.console.secretKey, ingest.console.users], ['k'.repeat(44), []])
})

test('the ingress leads to the page, past a Kafka that is away', { skip }, () => {
  const manifests = rendered('everything')
  const spec = named(manifests, 'Ingress', 'r-podpipe')?.spec
  deepEqual(spec?.rules, [
    {
      host: 'mail.example.com',
      http: {
        paths: [
          {
            path: '/podpipe',
            pathType: 'Prefix',
            backend: { service: { name: 'r-podpipe-page', port: { name: 'page' } } },
          },
        ],
      },
    },
  ])
  deepEqual(spec?.tls, [{ secretName: 'mail-page', hosts: ['mail.example.com'] }])
  const service = named(manifests, 'Service', 'r-podpipe-page')?.spec
  deepEqual(service?.ports, [{ name: 'page', port: 8080, targetPort: 'page' }])
  const deployment = named(manifests, 'Deployment', 'r-podpipe-console')
  const labels = deployment?.spec.template as { metadata: { labels: Record<string, string> } } | undefined
  for (const [key, value] of Object.entries(service?.selector ?? {}))
    equal(labels?.metadata.labels[key], value, key)
  const [container] = podsOf(manifests).get('console')?.containers ?? []
  deepEqual(container?.ports, [
    { name: 'http', containerPort: 8104 },
    { name: 'page', containerPort: 8100 },
  ])
  deepEqual(container?.readinessProbe?.tcpSocket, { port: 'page' })
})

test('the page is let in from where it is said, and from nowhere else', { skip }, () => {
  const ingress = letIn(rendered('everything'))
  deepEqual(ingress.at(1), {
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
    ports: [{ protocol: 'TCP', port: 'page' }],
  })
  const closed = rendered('everything', '--set-json', 'networkPolicy.consoleFrom=[]')
  equal(letIn(closed).length, 1)
})

test('as long as nobody exposes it, it is on the loopback of its pod alone', { skip }, async t => {
  for (const [more, name] of [
    [[], 'embedded'],
    [onCluster, 'console'],
  ] as const) {
    const manifests = rendered('minimal', ...more)
    const pod = podsOf(manifests).get(name)
    const { console: settings } = await configOf(t, pod)
    deepEqual([settings.enabled, settings.host], [true, '127.0.0.1'])
    ok(!pod?.containers[0].ports?.some(port => port.name === 'page'))
    equal(named(manifests, 'Service', 'r-podpipe-page'), undefined)
  }
  const [container] = podsOf(rendered('minimal', ...onCluster)).get('console')?.containers ?? []
  deepEqual(container?.readinessProbe?.httpGet, { path: '/healthz', port: 'http' })
})

test('in the one pod of all services it is exposed in the same way', { skip }, async t => {
  const manifests = rendered('minimal', ...exposed)
  const pod = podsOf(manifests).get('embedded')
  equal((await configOf(t, pod)).console.host, '0.0.0.0')
  ok(pod?.containers[0].ports?.some(({ name, containerPort }) => name === 'page' && containerPort === 8100))
  const service = named(manifests, 'Service', 'r-podpipe-page')?.spec
  deepEqual(service?.selector, {
    'app.kubernetes.io/name': 'podpipe',
    'app.kubernetes.io/instance': 'r',
    'app.kubernetes.io/component': 'embedded',
  })
  equal(service?.publishNotReadyAddresses, true)
})

test('without it nothing of it is there', { skip }, async t => {
  const off = ['--set', 'console.enabled=false', '--set', 'podMonitor.enabled=true'] as const
  const apart = rendered('minimal', ...onCluster, ...exposed, ...off)
  deepEqual(
    apart.filter(({ metadata }) => /console|page/.test(metadata.name)).map(({ kind }) => kind),
    [],
  )
  const together = rendered('minimal', ...exposed, ...off)
  const pod = podsOf(together).get('embedded')
  equal((await configOf(t, pod)).console.enabled, false)
  ok(!pod?.containers[0].ports?.some(({ name }) => name === 'console' || name === 'page'))
})
