// Containers that cannot do their work: the first line that wants somebody's eyes names what is wrong, where, why, and what to do; the
// engine starts those that end again ever later, and its health check shows those that go on trying.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chownSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { atEnd } from '../kit/at-end.ts'
import { startOldBroker } from '../kit/brokers/old-broker.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually } from '../kit/eventually.ts'
import { docker, noEngine } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const minute = 60_000
const user = 1000
const skip = noEngine ?? false
const often = ['--health-interval', '1s', '--health-start-period', '1s', '--health-retries', '2']

if (noEngine === undefined) execFileSync('deploy/image.sh', { cwd: root })

interface Home {
  readonly folder: string
  /** Options that mount the three folders. @param more such as `:ro`, by folder */
  mounts(more?: Readonly<Record<string, string>>): string[]
}

/** Folders as the vendor's container has them, of the image's user. */
async function install(t: TestContext): Promise<Home> {
  const folder = testDirectory(t)
  await createCertificates(join(folder, 'certs'), { hostNames: ['localhost'] })
  cpSync(join(root, 'deploy/demo/config'), join(folder, 'config'), { recursive: true })
  mkdirSync(join(folder, 'state'))
  for (const each of ['certs', 'config', 'state']) give(join(folder, each))
  return {
    folder,
    mounts: (more = {}) =>
      ['certs', 'config', 'state'].flatMap(each => [
        '--volume',
        `${folder}/${each}:/devo-collector/${each}${more[each] ?? ''}`,
      ]),
  }
}

function give(folder: string): void {
  chownSync(folder, user, user)
  for (const file of readdirSync(folder)) chownSync(join(folder, file), user, user)
}

let number = 0

/** Starts a container that the engine starts again whenever it ends. */
async function start(
  t: TestContext,
  options: readonly string[],
  command: readonly string[] = [],
): Promise<string> {
  const name = `podpipe-bad-${process.pid}-${++number}`
  const confined = ['--init', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
  const all = ['--detach', '--name', name, '--restart', 'unless-stopped', ...confined, ...often]
  await docker([
    'run',
    ...all,
    '--env',
    'CONFIG_FILE=config.yaml',
    '--env',
    'PODPIPE_API_KEY=simulated',
    ...options,
    'podpipe:latest',
    ...command,
  ])
  atEnd(t, () => docker(['rm', '--force', '--volumes', name]))
  return name
}

/** What it said first that wants somebody's eyes: a message of its own, or a line of the log at warn or error. */
async function firstWord(t: TestContext, name: string): Promise<string> {
  const line = await eventually(
    'a word',
    async () =>
      execFileSync('sh', ['-c', `docker logs ${name} 2>&1`], { encoding: 'utf8' })
        // What a message of its own goes on with is indented.
        .split(/\n(?! )/)
        .map(textOf)
        .find(text => text !== undefined),
    minute,
  )
  t.diagnostic(line)
  return line
}

function textOf(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() || undefined
  const { level, msg }: { level: number; msg: string } = JSON.parse(line)
  return level >= 40 ? msg : undefined
}

const stateOf = async (name: string): Promise<string[]> =>
  (
    await docker([
      'inspect',
      '--format',
      '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{end}}',
      name,
    ])
  )
    .trim()
    .split(' ')

/** The engine waits longer and longer between its starts, and shows that it does. */
async function isStartedAgainSlowly(t: TestContext, name: string): Promise<void> {
  const began = performance.now()
  await eventually(
    'the third start',
    async () => (Number((await stateOf(name))[2]) >= 2 ? true : undefined),
    5 * minute,
  )
  const [status, code, starts] = await eventually(
    'it waits',
    async () => {
      const state = await stateOf(name)
      return state[0] === 'restarting' ? state : undefined
    },
    minute,
  )
  deepEqual([status, code], ['restarting', '78'])
  t.diagnostic(
    `${starts} starts in ${((performance.now() - began) / 1_000).toFixed(1)} s more; ${(await docker(['ps', '--all', '--filter', `name=${name}`, '--format', '{{.Status}}'])).trim()}`,
  )
}

/** It runs and tries, and the health check says that it does not work. */
async function isUnhealthy(name: string): Promise<void> {
  await eventually(
    'unhealthy',
    async () => ((await stateOf(name))[3] === 'unhealthy' ? true : undefined),
    minute,
  )
  const [status, , starts] = await stateOf(name)
  deepEqual([status, starts], ['running', '0'])
}

test('a folder that is mounted for reading only, and how the engine goes on with it', { skip }, async t => {
  const { mounts } = await install(t)
  const name = await start(t, mounts({ state: ':ro' }))
  match(
    await firstWord(t, name),
    /state is on a file system that is mounted for reading only: mount it so that podpipe can write/,
  )
  await isStartedAgainSlowly(t, name)
})

test('a configuration that is not there', { skip }, async t => {
  const { folder, mounts } = await install(t)
  rmSync(join(folder, 'config', 'config.yaml'))
  match(
    await firstWord(t, await start(t, mounts())),
    /^config\.yaml: there is no such file\s+podpipe looked for .*\/devo-collector\/config\/config\.yaml; correct the name, or start from what podpipe config example prints/,
  )
})

test('a certificate that is not there', { skip }, async t => {
  const { folder, mounts } = await install(t)
  rmSync(join(folder, 'certs', 'chain.crt'))
  match(await firstWord(t, await start(t, mounts())), /certs\/chain\.crt/)
})

test("the vendor's state, and a second container on the folder of the first", { skip }, async t => {
  const { folder, mounts } = await install(t)
  writeFileSync(join(folder, 'state', hash('md5', 'proofpoint_on_demand;demo;message;predefined')), '')
  const first = await start(t, mounts())
  match(
    await firstWord(t, first),
    /holds how far the vendor's collector had got .*podpipe migrate \/devo-collector --apply/,
  )
  await eventually(
    'its Kafka',
    async () => (/Kafka broker is up/.test(await docker(['logs', first])) ? true : undefined),
    minute,
  )
  const id = (await docker(['inspect', '--format', '{{.Config.Hostname}}', first])).trim()
  const second = await start(t, mounts())
  match(
    await firstWord(t, second),
    new RegExp(`state/kafka is in use by another podpipe, process \\d+ on ${id}, .*docker stop ${id}`),
  )
  equal((await stateOf(first))[0], 'running')
  // Told once more at each start, and the first one is not touched by it.
  await isStartedAgainSlowly(t, second)
  ok(readdirSync(join(folder, 'state', 'kafka')).includes('podpipe.lock'))
})

test('a Kafka whose name leads nowhere', { skip }, async t => {
  const { mounts } = await install(t)
  const network = `podpipe-bad-${process.pid}-network`
  await docker(['network', 'create', '--internal', network])
  atEnd(t, () => docker(['network', 'rm', network]))
  const options = [
    '--network',
    network,
    '--env',
    'PODPIPE_KAFKA_BROKERS=kafka:9092',
    '--health-cmd',
    'podpipe health dedup',
  ]
  const name = await start(t, [...mounts(), ...options], ['run', 'dedup'])
  match(
    await firstWord(t, name),
    /^Kafka does not answer; nothing flows until it does\. The name of a broker cannot be found .*kafka.*on one network/,
  )
  await isUnhealthy(name)
})

test('a Kafka that is too old', { skip }, async t => {
  const { mounts } = await install(t)
  const address = await startOldBroker(t)
  const options = ['--network', 'host', '--env', `PODPIPE_KAFKA_BROKERS=${address}`]
  const name = await start(t, [...mounts(), ...options], ['run', 'dedup', '--http-port', '0'])
  match(
    await firstWord(t, name),
    new RegExp(`${address}: podpipe cannot work with this Kafka, which is older than .*Bring the brokers`),
  )
  await isStartedAgainSlowly(t, name)
})
