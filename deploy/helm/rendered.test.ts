// What Helm makes of the chart: good objects by the schemas of Kubernetes, and pods that podpipe can live in.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import {
  chart,
  examples,
  faultsBy,
  type Manifest,
  noHelm,
  podsOf,
  rendered,
  runHelm,
  valuesOf,
  variablesOf,
  versions,
} from './test-chart.ts'

const skip = noHelm ?? false
const services = ['ingest', 'dedup', 'forwarder', 'console']
const kinds = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter(manifest => manifest.kind === kind)

for (const example of Object.keys(examples)) {
  test(`${example}: lint finds nothing`, { skip }, () => {
    const values = join(chart, '../examples', `${example}.yaml`)
    const { text, failed } = runHelm('lint', '--strict', chart, '--values', values, ...valuesOf(example))
    equal(failed, false, text)
  })

  test(`${example}: every object is good by the oldest and the newest Kubernetes`, { skip }, () => {
    const manifests = rendered(example)
    ok(versions().length >= 2)
    for (const version of versions()) {
      const faultsOf = faultsBy(version)
      for (const manifest of manifests) {
        const found = faultsOf(manifest)
        // Kinds that an operator brings along have no schema here; the test of their fields is below.
        if (found === undefined) match(manifest.kind, /^(PodMonitor|ScaledObject)$/)
        else deepEqual(found, [], `${manifest.kind} ${manifest.metadata.name} by ${version}`)
      }
    }
  })

  test(`${example}: pods are confined, hold secrets by reference, and write nowhere but into their state`, {
    skip,
  }, () => {
    const manifests = rendered(example)
    deepEqual(kinds(manifests, 'Secret'), [])
    for (const [name, pod] of podsOf(manifests)) {
      const [container] = pod.containers
      deepEqual(
        container.securityContext,
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        name,
      )
      deepEqual(pod.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      })
      equal(pod.automountServiceAccountToken, false)
      for (const { name: mount, mountPath, readOnly = false } of container.volumeMounts)
        equal(readOnly, mountPath !== '/devo-collector/state', mount)
      deepEqual(
        container.volumeMounts
          .map(({ name: mount }) => mount)
          .filter(mount => mount !== 'state')
          .sort(),
        pod.volumes.map(volume => volume.name).sort(),
      )
    }
  })
}

test('a schema that is misspelt somewhere is found', { skip }, () => {
  const [first] = kinds(rendered('minimal'), 'StatefulSet')
  ok(first)
  const faultsOf = faultsBy(versions()[0] ?? '')
  ok((faultsOf({ ...first, spec: { ...first.spec, replcias: 1 } }) ?? []).length > 0)
})

test('each service is a deployment with its port, its probes and its command', { skip }, () => {
  const pods = podsOf(rendered('production'))
  deepEqual([...pods.keys()].sort(), [...services, 'topics'].sort())
  for (const [at, name] of services.entries()) {
    const container = pods.get(name)?.containers[0]
    deepEqual(container?.args, ['run', name])
    deepEqual(container?.ports?.[0], { name: 'http', containerPort: 8101 + at })
    deepEqual(container?.livenessProbe?.httpGet, { path: '/healthz', port: 'http' })
    deepEqual(container?.startupProbe?.httpGet, { path: '/healthz', port: 'http' })
    if (name !== 'console') deepEqual(container?.readinessProbe?.httpGet, { path: '/readyz', port: 'http' })
    match(container?.image ?? '', /^registry\.example\.com\/podpipe:\d+\.\d+\.\d+$/)
  }
  deepEqual(pods.get('topics')?.containers[0].args, ['topics', 'apply'])
})

test('what podpipe is given is a configuration, for each service by its own name at Kafka', { skip }, () => {
  for (const [example, user] of [
    ['production', () => 'podpipe'],
    ['everything', (name: string) => `podpipe-${name}`],
  ] as const) {
    for (const [name, pod] of podsOf(rendered(example))) {
      const env = variablesOf(pod)
      const settings = JSON.parse(env.PODPIPE_CONFIG_JSON ?? '')
      equal(settings.kafka.sasl.username, user(name))
      equal(env.PODPIPE_KAFKA_PASSWORD_FILE, '/run/secrets/podpipe/kafka/password')
      // Certificates and passwords are not here: without what needs them the rest has to be good as it is.
      const { tls: _tls, sasl: _sasl, ...kafka } = settings.kafka
      const { monitoring: _monitoring, console: _console, ...rest } = settings
      const config = readConfig(undefined, {
        PODPIPE_API_KEY: 'x',
        PODPIPE_CONFIG_JSON: JSON.stringify({
          ...rest,
          kafka,
          outputs: { trial: { type: 'console' } },
          inputs: {
            pod: { id: 'a', enabled: true, credentials: { cluster_id: 'c' }, services: { message: {} } },
          },
        }),
      })
      deepEqual(config.kafka.brokers, settings.kafka.brokers)
      equal(config.http.bind, '0.0.0.0')
      ok(pod.terminationGracePeriodSeconds >= config.stopBudgetMs / 1000 + 10)
    }
  }
})

test('without a cluster one pod runs all, keeps its state, and its health is asked of podpipe itself', {
  skip,
}, () => {
  const manifests = rendered('minimal')
  deepEqual(manifests.map(({ kind }) => kind).sort(), ['Pod', 'Service', 'ServiceAccount', 'StatefulSet'])
  const [set] = kinds(manifests, 'StatefulSet')
  equal(set?.spec.replicas, 1)
  const [container] = podsOf(manifests).get('embedded')?.containers ?? []
  deepEqual(container?.args, ['run', 'all'])
  deepEqual(container?.readinessProbe?.exec?.command, ['podpipe', 'health'])
  ok(container?.volumeMounts.some(({ mountPath }) => mountPath === '/devo-collector/state'))
})

test('replicas by lag, never more than partitions, and Helm does not set them as well', { skip }, () => {
  const manifests = rendered('everything')
  const scaled = kinds(manifests, 'ScaledObject')
  deepEqual(
    scaled.map(({ spec }) => [
      (spec.scaleTargetRef as { name: string }).name,
      spec.maxReplicaCount,
      Object.keys(spec).sort(),
    ]),
    ['dedup', 'forwarder'].map(name => [
      `r-podpipe-${name}`,
      12,
      ['advanced', 'cooldownPeriod', 'maxReplicaCount', 'minReplicaCount', 'scaleTargetRef', 'triggers'],
    ]),
  )
  deepEqual(
    kinds(manifests, 'Deployment').map(({ spec }) => spec.replicas),
    [2, undefined, undefined, 2],
  )
  const [most] = kinds(rendered('production', '--set', 'keda.enabled=true'), 'ScaledObject')
  equal(most?.spec.maxReplicaCount, 6)
})

test('every pod is found by its monitor, under the names that rules and dashboards know', { skip }, () => {
  for (const [more, ports] of [
    [
      ['--set', 'podMonitor.enabled=true'],
      ['console', 'dedup', 'forwarder', 'ingest'],
    ],
    [['--set', 'podMonitor.enabled=true', '--set', 'settings.kafka.brokers={k:9092}'], ['http']],
  ] as const) {
    const [monitor] = kinds(rendered('minimal', ...more), 'PodMonitor')
    const endpoints = monitor?.spec.podMetricsEndpoints as { port: string; path: string }[]
    deepEqual(
      endpoints.map(({ port, path }) => [port, path]),
      ports.map(port => [port, '/metrics']),
    )
  }
})

for (const [what, flags, said] of [
  ['no configuration', ['--set', 'config.existingSecret='], /exactly one of config\.existingSecret/],
  ['two of them', ['--set', 'config.content=x'], /exactly one of/],
  [
    'a key that would lie open',
    ['--set', 'config.existingSecret=', '--set', 'config.content=credentials: {api_key: abc}'],
    /put the whole file into a Secret/,
  ],
  [
    'the hash of a password that would lie open',
    ['--set', 'config.existingSecret=', '--set', 'config.content=password_hash: $scrypt$x'],
    /put the whole file into a Secret/,
  ],
  [
    'a password of a proxy that would lie open',
    ['--set', 'config.existingSecret=', '--set', 'config.content=proxy: http://me:secret@proxy:3128'],
    /put the whole file into a Secret/,
  ],
  ['less time than podpipe may take', ['--set', 'settings.stop_budget=1m'], /podpipe may take 60 s to stop/],
  [
    'less memory than dedup may take',
    ['--set', 'settings.kafka.brokers={k:9092}', '--set', 'settings.dedup.max_memory=4GiB'],
    /give it 256Mi more/,
  ],
  [
    'an ingress that leads nowhere',
    ['--set', 'console.ingress.enabled=true'],
    /set console\.exposed: true, and say in console\.settings who may sign in/,
  ],
  [
    'consoles that do not take the sessions of each other',
    ['--set', 'console.replicas=2'],
    /console\.replicas is 2, and without console\.secretKey/,
  ],
] as const)
  test(`refused before anything is installed: ${what}`, { skip }, () => {
    const args = ['--values', join(chart, '../examples/minimal.yaml'), ...flags]
    const { text, failed } = runHelm('template', 'r', chart, '--kube-version', '1.33', ...args)
    equal(failed, true)
    match(text, said)
  })

for (const content of ['# api_key: x', 'credentials: {api_key: "$KEY"}', 'api_key_file: api_key', 'api_key:'])
  test(`no secret: ${content}`, { skip }, () => {
    const args = [
      '--set',
      'config.existingSecret=',
      '--set-json',
      `config.content=${JSON.stringify(content)}`,
    ]
    ok(rendered('minimal', ...args).length > 0)
  })
