// docker-compose.yml held against the code: every image, port, volume, dependency, command and variable.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createPems } from '@podpipe/runtime/config/fixture.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { topLevelKeys } from '@podpipe/runtime/config/schema/top-level.ts'
import { hasSignIn } from '@podpipe/runtime/config/sign-in.ts'
import { parse } from 'yaml'
import { knownVariables } from './test-variables.ts'

interface Service {
  readonly image: string
  readonly build?: { readonly dockerfile: string }
  readonly command?: readonly string[]
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly expose?: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly required?: boolean }>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly container_name?: string
  readonly stop_grace_period?: string
  readonly read_only?: boolean
  readonly user?: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const text = read('docker-compose.yml')
const file: {
  services: Readonly<Record<string, Service>>
  volumes: Readonly<Record<string, null>>
  secrets: Readonly<Record<string, { file: string }>>
} = parse(text, { merge: true })
const { services } = file
const scaled = ['ingest', 'dedup', 'forwarder'] as const
const defaults = new Map(
  [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]),
)
const filledIn = (value: string): string => value.replace(/\$\{(\w+):-([^}]*)\}/g, '$2')

test('.env.example has every variable of both files with its default, and no other', () => {
  const shown = new Map(
    [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  const ofCluster = read('deploy/compose.cluster.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)
  const all = new Map([
    ...defaults,
    ...[...ofCluster].map(([, name = '', value = '']) => [name, value] as const),
  ])
  deepEqual([...shown].sort(), [...all].sort())
  equal(text.match(/\$\{/g)?.length, text.match(/\$\{\w+:-[^}]*\}/g)?.length, 'a variable without a default')
})

test('a variable of a service is one that podpipe reads', () => {
  for (const name of [...scaled, 'console', 'topics', 'tools']) {
    for (const variable of Object.keys(services[name]?.environment ?? {}))
      ok(knownVariables.has(variable), variable)
  }
})

test('what scales has no fixed name and no port of the host, and its own port is that of the configuration', () => {
  for (const name of scaled) {
    const { container_name, ports, expose, healthcheck, command } = services[name] ?? {}
    deepEqual([container_name, ports], [undefined, undefined])
    const port = topLevelKeys.http[`${name}_port`].default
    deepEqual(expose, [String(port)])
    deepEqual(
      [command, healthcheck?.test],
      [
        ['run', name],
        ['CMD', 'podpipe', 'health', name],
      ],
    )
    ok(read('deploy/prometheus/prometheus.yml').includes(`{ names: [${name}], type: A, port: ${port},`), name)
  }
})

test('the console watches every process of what scales, and its page has the port of the configuration', () => {
  const { environment = {}, ports, healthcheck } = services.console ?? {}
  const watched = scaled.map(name => `${name}:${topLevelKeys.http[`${name}_port`].default}`)
  equal(environment.PODPIPE_CONSOLE_SERVICES, watched.join())
  const { default: port } = topLevelKeys.console.port
  deepEqual(ports?.map(filledIn), [`127.0.0.1:${port}:${port}`])
  deepEqual(healthcheck?.test, ['CMD', 'podpipe', 'health', 'console'])
  // Without a way to sign in it does not start off the loopback, and would hold up whoever waits for all of the stack.
  deepEqual(services.console?.profiles, ['demo', 'console'])
})

test('it is stopped for longer than podpipe takes to stop', () => {
  const budget = Number.parseInt(String(topLevelKeys.stop_budget.default), 10)
  for (const name of scaled)
    ok(Number.parseInt(services[name]?.stop_grace_period ?? '0', 10) > budget + 10, name)
})

test('one service builds the image and all others take it, by the version of the project', () => {
  const version: string = JSON.parse(read('package.json')).version
  equal(defaults.get('PODPIPE_VERSION'), version)
  const own = Object.entries(services).filter(([, { image }]) => image.startsWith('podpipe:'))
  deepEqual(
    own.flatMap(([name, { build }]) => (build === undefined ? [] : [[name, build.dockerfile]])),
    [['topics', 'deploy/Dockerfile']],
  )
  for (const [name, { read_only, user }] of own) deepEqual([read_only, user], [true, undefined], name)
})

test('every other image has a version', () => {
  for (const { image } of Object.values(services))
    ok(/:[\w$]/.test(image) && !image.endsWith(':latest'), image)
})

test('ports of the host are on its loopback', () => {
  for (const { ports = [] } of Object.values(services))
    for (const port of ports) ok(port.startsWith('127.0.0.1:'), port)
})

test('dependencies, volumes and files are there', () => {
  for (const { depends_on = {}, volumes = [], profiles } of Object.values(services)) {
    for (const [name, { required = true }] of Object.entries(depends_on)) {
      ok(services[name], name)
      // What is in a profile may be away, unless who needs it is in the same one.
      if (services[name]?.profiles !== undefined && profiles === undefined) equal(required, false, name)
    }
    for (const volume of volumes) {
      const [source = ''] = filledIn(volume).split(':')
      ok(source.startsWith('.') ? existsSync(join(root, source)) : source in file.volumes, volume)
    }
  }
  for (const secret of Object.values(file.secrets))
    ok(existsSync(join(root, filledIn(secret.file))), secret.file)
})

test('the configuration of the demo is good, and leads to the two simulators', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-demo-'))
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync(join(root, 'deploy/demo/config'), join(folder, 'config'), { recursive: true })
  mkdirSync(join(folder, 'certs'))
  const pems = await createPems()
  for (const [name, pem] of [
    ['chain.crt', pems.chain],
    ['simulated.crt', pems.cert],
    ['simulated.key', pems.key],
  ] as const)
    writeFileSync(join(folder, 'certs', name), pem, { mode: 0o600 })
  const env = { ...services.ingest?.environment, PODPIPE_API_KEY_FILE: join(root, 'deploy/demo/api_key') }
  const config = readConfig(join(folder, 'config', 'config.yaml'), env)
  deepEqual(config.warnings, [])
  deepEqual(config.kafka.brokers, ['kafka:9092'])
  equal(config.http.bind, '0.0.0.0')
  equal(hasSignIn(config.console), true)
  const hosts = config.outputs.map(output => (output.kind === 'tls' ? output.address : ''))
  const urls = config.inputs.flatMap(input => input.services.map(({ url }) => new URL(url).hostname))
  deepEqual([...new Set([...hosts, ...urls])].sort(), ['devo', 'proofpoint'])
})
