// deploy/compose.cluster.yml and its scripts held against the code: users, rights, brokers, secrets, and docker-compose.yml beneath.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { kafkaKeys } from '@podpipe/runtime/config/schema/kafka.ts'
import { variablesOf } from '@podpipe/runtime/config/schema/shape.ts'
import { roles } from '@podpipe/schemas/access.ts'
import { parse, type ScalarTag } from 'yaml'

type Secret = string | { readonly source: string; readonly target: string }

interface Service {
  readonly image?: string
  readonly environment?: Readonly<Record<string, string | number>>
  readonly secrets?: readonly Secret[]
  readonly volumes?: readonly string[]
  readonly command?: readonly string[]
  readonly depends_on?: Readonly<Record<string, object>>
  readonly ports?: readonly string[]
  readonly [key: string]: unknown
}

interface File {
  readonly services: Readonly<Record<string, Service | null>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly volumes: Readonly<Record<string, null>>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
// What compose takes away from the file beneath; to a reader of this file alone it is the value that stands there.
const customTags: ScalarTag[] = ['!reset', '!override'].map(tag => ({ tag, resolve: () => null }))
const text = read('deploy/compose.cluster.yml').replaceAll('!override\n', '\n')
const cluster: File = parse(text, { merge: true, customTags })
const base: File = parse(read('docker-compose.yml'), { merge: true })
const service = (name: string): Service => cluster.services[name] ?? {}
const brokers = ['kafka-1', 'kafka-2', 'kafka-3']
const users = {
  ingest: 'ingest',
  dedup: 'dedup',
  forwarder: 'forwarder',
  console: 'console',
  topics: 'admin',
  admin: 'admin',
  tools: 'viewer',
}
const sourceOf = (secret: Secret): string => (typeof secret === 'string' ? secret : secret.source)

test('every role of the table is a user of its own, and each service comes as the one it is', () => {
  deepEqual([...new Set(Object.values(users))].sort(), [...roles].sort())
  const { tls, sasl } = kafkaKeys
  const [, passwordFile = ''] = variablesOf(sasl.password.secret)
  for (const [name, role] of Object.entries(users)) {
    const { environment = {}, secrets = [] } = service(name)
    equal(environment[sasl.username.env], `podpipe-${role}`, name)
    equal(environment[sasl.mechanism.env], 'scram-sha-512')
    equal(environment[tls.enabled.env], 'true')
    equal(environment[tls.ca.env], '/run/secrets/kafka-ca.crt')
    equal(environment[passwordFile], '/run/secrets/kafka-password')
    equal(environment[kafkaKeys.brokers.env], brokers.map(each => `${each}:9092`).join())
    // Nobody is handed the password of another one.
    deepEqual(
      secrets.map(sourceOf).filter(each => each.endsWith('.password')),
      [`${role}.password`],
      name,
    )
  }
})

test('whoever gives rights comes with a certificate by the listener of the brokers, and nobody else has that certificate', () => {
  const { environment = {}, command } = service('rights')
  deepEqual(command, ['topics', 'apply', '--acls'])
  equal(environment[kafkaKeys.tls.cert.env], '/run/secrets/operator.crt')
  equal(environment[kafkaKeys.tls.key.env], '/run/secrets/operator.key')
  equal(environment[kafkaKeys.brokers.env], brokers.map(each => `${each}:9094`).join())
  const holders = Object.keys(cluster.services).filter(name =>
    (service(name).secrets ?? []).map(sourceOf).includes('operator.key'),
  )
  deepEqual(holders, ['rights'])
})

test('three brokers keep everything three times, two must have it, and nothing is allowed that no right allows', () => {
  for (const [at, name] of brokers.entries()) {
    const { environment = {}, secrets = [], ports } = service(name)
    equal(environment.KAFKA_NODE_ID, at + 1)
    equal(environment.KAFKA_ADVERTISED_LISTENERS, `CLIENTS://${name}:9092,BROKERS://${name}:9094`)
    equal(
      environment.KAFKA_CONTROLLER_QUORUM_VOTERS,
      brokers.map((each, id) => `${id + 1}@${each}:9093`).join(),
    )
    for (const [key, value] of Object.entries(environment)) {
      if (/REPLICATION_FACTOR$/.test(key)) equal(value, 3, key)
      if (/MIN_INSYNC_REPLICAS$|MIN_ISR$/.test(key)) equal(value, 2, key)
    }
    equal(environment.KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, 'CLIENTS:SASL_SSL,CONTROLLERS:SSL,BROKERS:SSL')
    equal(environment.KAFKA_AUTHORIZER_CLASS_NAME, 'org.apache.kafka.metadata.authorizer.StandardAuthorizer')
    equal(environment.KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND, 'false')
    equal(environment.KAFKA_SUPER_USERS, [...brokers, 'operator'].map(each => `User:CN=${each}`).join(';'))
    deepEqual(secrets.map(sourceOf), ['kafka-ca.crt', 'users', `${name}.pem`])
    equal(ports, undefined)
  }
})

test('the one-node Kafka is taken away, and whoever waited for it waits for the rights', () => {
  for (const name of Object.keys(base.services)) {
    const waits = Object.keys(base.services[name]?.depends_on ?? {})
    if (waits.includes('kafka')) equal(name, 'topics')
  }
  equal(cluster.services.kafka, null)
  deepEqual(Object.keys(service('topics').depends_on ?? {}), ['rights', 'proofpoint'])
  deepEqual(Object.keys(service('rights').depends_on ?? {}), [...brokers, 'proofpoint'])
})

test('what a file on top cannot take from the file beneath is the same there', () => {
  const shared = ['image', 'init', 'read_only', 'cap_drop', 'security_opt', 'volumes', 'healthcheck']
  for (const name of ['rights', 'admin'])
    for (const key of shared) deepEqual(service(name)[key], base.services.tools?.[key], `${name} ${key}`)
  const { PODPIPE_KAFKA_BROKERS: _, ...environment } = base.services.tools?.environment ?? {}
  for (const name of ['rights', 'admin'])
    deepEqual({ ...service(name).environment, ...environment }, service(name).environment)
  equal(service('kafka-1').image, base.services.kafka?.image)
})

test('the script makes every secret that the file names, once, for the containers alone', t => {
  if (!/^OpenSSL [3-9]/.test(spawnSync('openssl', ['version']).stdout?.toString() ?? ''))
    return t.skip('there is no openssl 3 here')
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-cluster-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const run = (): string => execFileSync(join(root, 'deploy/cluster/make-secrets.sh'), [folder]).toString()
  match(run(), /^make-secrets: 20 files made/)
  const before = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
  match(run(), /^make-secrets: 0 files made/)
  deepEqual(
    readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8')),
    before,
  )

  for (const [name, { file }] of Object.entries(cluster.secrets)) {
    const path = join(folder, file.replace(/^.*\//, ''))
    equal(statSync(path).mode & 0o077, 0, `${name} can be read by others`)
  }
  const pem = (name: string): X509Certificate => new X509Certificate(readFileSync(join(folder, name)))
  const authority = pem('ca.crt')
  for (const name of [...brokers, 'operator']) {
    const certificate = pem(`${name}.crt`)
    ok(certificate.verify(authority.publicKey))
    // As KAFKA_SUPER_USERS has them.
    equal(certificate.subject, `CN=${name}`)
    equal(certificate.checkHost(name), name)
  }
  const made = readFileSync(join(folder, 'users'), 'utf8')
  deepEqual(
    [...made.matchAll(/name=([\w-]+),/g)].map(([, name]) => name).sort(),
    roles.map(role => `podpipe-${role}`).sort(),
  )
  for (const role of roles)
    ok(
      !made.includes(readFileSync(join(folder, `${role}.password`), 'utf8').trim()),
      'a password in clear text',
    )
})
