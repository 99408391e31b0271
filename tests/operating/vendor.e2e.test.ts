// The vendor's `docker run`, with the name of the image alone replaced: three folders, CONFIG_FILE, and the vendor's sample
// with its placeholders filled in. Both ends bear their real names, on a network that leads nowhere else.

import { deepEqual, equal, match } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { control, docker, noEngine, script } from '../compose/engine.ts'
import { arrivedAt, sentBy } from '../compose/ledgers.ts'
import { atEnd } from '../kit/at-end.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually } from '../kit/eventually.ts'

const minute = 60_000
const root = fileURLToPath(new URL('../..', import.meta.url))
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const image = `podpipe:${version}`
const user = 1000
const [proofpointName, devoName] = ['logstream.proofpoint.com', 'collector-us.devo.io']

const vendorsCompose = `version: '3'
services:
  collector:
    image: podpipe:\${IMAGE_VERSION:-latest}
    container_name: NAME
    volumes:
      - ./certs:/devo-collector/certs
      - ./config:/devo-collector/config
      - ./state:/devo-collector/state
    environment:
      - CONFIG_FILE=\${CONFIG_FILE:-config.yaml}
`

async function install(t: TestContext) {
  const home = testDirectory(t)
  await createCertificates(join(home, 'certs'), { domain: 'acme', hostNames: [proofpointName, devoName] })
  for (const folder of ['config', 'state']) mkdirSync(join(home, folder))
  const text = vendorFile
    .replaceAll(/override_url_base: .*/g, 'override_url_base:')
    .replace('acme_hosted', 'simulated_hosted')
    .replace('canary-secret-key', 'simulated-token')
  writeFileSync(join(home, 'config', 'config.yaml'), text)
  const name = (what: string): string => `podpipe-test-${process.pid}-${what}`
  const network = name('network')
  await docker(['network', 'create', '--internal', network])
  atEnd(t, () => docker(['network', 'rm', network]))
  const start = async (
    what: string,
    options: readonly string[],
    args: readonly string[],
  ): Promise<string> => {
    await docker(['run', '--detach', '--name', name(what), '--network', network, ...options, image, ...args])
    atEnd(t, () => docker(['rm', '--force', '--volumes', name(what)]).catch(() => undefined))
    return name(what)
  }
  const simulate = (what: string, host: string, port: number, more: readonly string[]): Promise<string> =>
    start(
      what,
      ['--network-alias', host, '--no-healthcheck', '--volume', `${home}/certs:/certs:ro`],
      ['simulate', what, '--host', '0.0.0.0', '--port', '443', '--certs', '/certs', '--domain', 'acme']
        .concat(['--control-port', String(port)])
        .concat(more),
    )
  /** The vendor's line; the simulated Proofpoint has no public authority behind it, so that one is named. */
  const collector = (number: number, more: readonly string[] = []): Promise<string> =>
    start(
      `collector-${number}`,
      ['certs', 'config', 'state']
        .flatMap(folder => ['--volume', `${home}/${folder}:/devo-collector/${folder}`])
        .concat(['--env', 'CONFIG_FILE=config.yaml'])
        .concat(['--env', 'NODE_EXTRA_CA_CERTS=/devo-collector/certs/chain.crt'])
        .concat(more),
      [],
    )
  /** The vendor's compose file with another image; the network and the authority are the test's, in a second file. */
  const composed = async (): Promise<string> => {
    const container = name('composed')
    writeFileSync(join(home, 'docker-compose.yml'), vendorsCompose.replace('NAME', container))
    writeFileSync(
      join(home, 'test.yml'),
      `services: {collector: {environment: [NODE_EXTRA_CA_CERTS=/devo-collector/certs/chain.crt]}}
networks: {default: {name: ${network}, external: true}}\n`,
    )
    const files = ['docker-compose.yml', 'test.yml'].flatMap(file => ['--file', join(home, file)])
    const compose = (...args: string[]): Promise<string> =>
      docker(['compose', '--project-name', container, ...files, ...args], { IMAGE_VERSION: version })
    atEnd(t, () => compose('down', '--timeout', '5'))
    await compose('up', '--detach')
    return container
  }
  return { home, simulate, collector, composed }
}

/** Gives folders to the user of the image, or to root. */
function give(home: string, folders: readonly string[], owner: number): void {
  for (const folder of folders) {
    chownSync(join(home, folder), owner, owner)
    for (const file of readdirSync(join(home, folder))) chownSync(join(home, folder, file), owner, owner)
  }
}

const said = async (container: string): Promise<string> => {
  await docker(['wait', container])
  return execFileSync('sh', ['-c', `docker logs ${container} 2>&1`], { encoding: 'utf8' })
}

test("the vendor's docker run works, is stopped in mid-flow and started again by its compose file, and nothing is lost or doubled", {
  skip: noEngine ?? false,
  timeout: 20 * minute,
}, async t => {
  execFileSync('deploy/image.sh', { cwd: root, encoding: 'utf8' })
  const { home, simulate, collector, composed } = await install(t)

  await t.test('folders of root are told with both users and what to do', async () => {
    chmodSync(join(home, 'certs', 'acme.key'), 0o600)
    match(await said(await collector(1)), /certs\/acme\.key cannot be read: podpipe has no right to read it/)
    give(home, ['certs'], user)
    const refused = await said(await collector(2))
    match(refused, /state belongs to user 0, and podpipe runs as user 1000\. .*chown -R 1000:1000/)
    equal(/\n {4}at /.test(refused), false)
  })
  give(home, ['state'], user)

  const proofpoint = await simulate('proofpoint', proofpointName, 8453, [
    '--events',
    'message=2000,maillog=3000',
    '--rate',
    '200',
    '--duplicates',
    '0.1',
  ])
  const devo = await simulate('devo', devoName, 8454, [])
  const ends = { proofpoint, devo }
  await eventually('both ends answer', () =>
    Promise.all([sentBy(ends), arrivedAt(ends)]).then(
      () => true,
      () => undefined,
    ),
  )
  const confined = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
  const started = performance.now()
  const first = await collector(3, confined)
  await eventually(
    'events flow',
    async () => ((await arrivedAt(ends)).frames > 0 ? true : undefined),
    5 * minute,
  )
  t.diagnostic(`first event after ${((performance.now() - started) / 1000).toFixed(1)} s`)
  // However long it takes to look around: the flow goes on just before the stop, which comes into its midst.
  await control(proofpoint, 8453, 'pause', 'POST')
  const memory = await docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', first])
  t.diagnostic(`memory ${memory.trim()}`)
  await control(proofpoint, 8453, 'resume', 'POST')
  await docker(['stop', '--time', '60', first])
  equal((await docker(['inspect', '--format', '{{.State.ExitCode}}', first])).trim(), '0')
  const { ledger } = await sentBy(ends)
  equal(ledger.sent < 5000, true, 'it was not stopped in mid-flow')

  const second = await composed()
  await eventually(
    'everything has arrived',
    async () => {
      const { progress, ledger: all } = await sentBy(ends)
      const isSent = Object.values(progress).every(({ offered, sent }) => sent === offered)
      return isSent && (await arrivedAt(ends)).distinct === all.events ? true : undefined
    },
    5 * minute,
  )
  await eventually(
    'it is healthy',
    async () =>
      (await docker(['inspect', '--format', '{{.State.Health.Status}}', second])).trim() === 'healthy'
        ? true
        : undefined,
    minute,
  )
  match(await docker(['exec', second, 'podpipe', 'status']), /^podpipe {2}healthy/)
  equal((await script(second, 'console.log(process.getuid())')).trim(), String(user))
  await docker(['stop', '--time', '60', second])
  const { distinct, doubled } = await arrivedAt(ends)
  const { ledger: all } = await sentBy(ends)
  deepEqual({ distinct, doubled }, { distinct: all.events, doubled: 0 })
  t.diagnostic(
    `sent ${all.sent} frames of ${all.events} events, arrived ${distinct}, lost ${all.events - distinct}, doubled ${doubled}`,
  )
})
