// The stack on a cluster of three brokers, with a user for each service and the rights of the table alone: brokers are killed under
// flow, one, then two, and come back; a replica of dedup is killed; and all is held to account by a user who may only look. The console
// shows the same, as a user of its own.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AuditReport } from '@podpipe/cli/audit/audit-report.ts'
import { gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import { atEnd } from '../kit/at-end.ts'
import { eventually } from '../kit/eventually.ts'
import { docker, killInside, noEngine, script } from './engine.ts'
import { accountOf, arrivedAt, type Ends, sentBy } from './ledgers.ts'
import { pictureIn } from './picture.ts'

const minute = 60_000
const files = ['--file', 'docker-compose.yml', '--file', 'deploy/compose.cluster.yml']
const makeSecrets = fileURLToPath(new URL('../../deploy/cluster/make-secrets.sh', import.meta.url))

test('the stack on three secured brokers outlives one of them, waits for two, and loses nothing', {
  skip: noEngine ?? false,
}, async t => {
  const secrets = mkdtempSync(join(tmpdir(), 'podpipe-cluster-'))
  atEnd(t, () => rmSync(secrets, { recursive: true }))
  execFileSync(makeSecrets, [secrets])
  const project = `podpipe-cluster-${process.pid}`
  // So much that events flow until all is done, and no more than that.
  const env = { PODPIPE_CLUSTER_SECRETS: secrets, DEMO_EVENTS: '3600', DEMO_RATE: '8' }
  const compose = (...args: string[]): Promise<string> =>
    docker(['compose', '--project-name', project, ...files, '--profile', 'demo', ...args], env)
  const up = (...args: string[]): Promise<string> => compose('up', '--detach', '--wait', ...args)
  const nth = (service: string, number = 1): string => `${project}-${service}-${number}`
  const ends: Ends = { proofpoint: nth('proofpoint'), devo: nth('devo') }
  const podpipe = (...args: string[]): Promise<string> => compose('run', '--rm', '--no-TTY', 'tools', ...args)
  const frames = async (): Promise<number> => (await arrivedAt(ends)).frames
  atEnd(t, () => compose('down', '--volumes', '--timeout', '5'))

  await compose('build', '--quiet')
  const started = performance.now()
  await up('--scale', 'dedup=2')
  const flows = async (what: string, patience = 2 * minute): Promise<string> => {
    const [begun, before] = [performance.now(), await frames()]
    await eventually(what, async () => ((await frames()) > before + 20 ? true : undefined), patience)
    return `${what} after ${((performance.now() - begun) / 1_000).toFixed(1)} s`
  }
  t.diagnostic(await flows('the first events'))
  t.diagnostic(`${((performance.now() - started) / 1_000).toFixed(1)} s from the start of up`)
  const shown = await pictureIn(nth('console'))
  deepEqual(shown.processes.map(({ name, health }) => `${name} ${health}`).sort(), [
    'dedup healthy',
    'dedup healthy',
    'forwarder healthy',
    'ingest healthy',
  ])
  deepEqual(shown.troubles, [])
  await eventually(
    'the console shows what flows',
    async () => (((await pictureIn(nth('console'))).account?.unique ?? 0) > 0 ? true : undefined),
    minute,
  )
  const kill = (name: string): Promise<string> => docker(['kill', '--signal', 'KILL', name])
  const troublesOf = async (container: string, port: number): Promise<TroubleOf[]> =>
    JSON.parse(
      await script(
        container,
        `fetch('http://127.0.0.1:${port}/status').then(answer => answer.text()).then(text => process.stdout.write(text))`,
      ),
    ).troubles

  const stranger = nth('dedup', 9)
  await compose(
    'run',
    '--detach',
    '--no-deps',
    '--name',
    stranger,
    '--env',
    'PODPIPE_KAFKA_USERNAME=podpipe-ingest',
    'dedup',
  )
  const refusal = await eventually(
    'a word of who comes with the password of another one',
    async () => /^.*"level":50.*$/m.exec(await docker(['logs', stranger]))?.[0],
    minute,
  )
  match(
    refusal,
    /The brokers refuse the user podpipe-ingest: the password is wrong.* Correct kafka\.sasl\.username/,
  )
  const [trouble] = await troublesOf(stranger, 8102)
  match(`${trouble?.symptom}: ${trouble?.cause}`, /^Kafka does not answer: the brokers refuse the user/)
  await docker(['rm', '--force', stranger])

  await kill(nth('kafka-1'))
  t.diagnostic(await flows('with one broker gone, events'))

  await kill(nth('kafka-2'))
  for (const [service, port] of [
    ['ingest', 8101],
    ['dedup', 8102],
    ['forwarder', 8103],
    ['console', 8104],
  ] as const) {
    const trouble = await eventually(
      `${service} says that brokers are away`,
      async () => (await troublesOf(nth(service), port)).find(({ part }) => part === 'kafka'),
      minute,
    )
    equal(trouble.symptom, 'Kafka does not answer')
    match(`${trouble.cause} ${trouble.action}`, /kafka-[12]|no answer within|brokers/)
    t.diagnostic(`with two gone ${service} tells: ${trouble.cause}`)
  }
  // What was on its way may still arrive.
  await sleep(10_000)
  const standing = await frames()
  await sleep(5_000)
  equal(await frames(), standing, 'nothing flows that two brokers do not have')

  await docker(['start', nth('kafka-1'), nth('kafka-2')])
  t.diagnostic(await flows('with both back, events'))
  await killInside(nth('dedup', 2), 'run dedup')
  t.diagnostic(await flows('with a replica of dedup killed, events'))

  const isComplete = await settled(ends)
  await eventually(
    'all is well again',
    async () => (/^(?!healthy$).+$/m.test(await compose('ps', '--format', '{{.Health}}')) ? undefined : true),
    2 * minute,
  )
  const seen = await eventually(
    'the console shows all of it',
    async () => {
      const { account } = await pictureIn(nth('console'))
      return account?.undecided === 0 && account.outputs.every(({ waiting }) => waiting === 0)
        ? account
        : undefined
    },
    minute,
  )
  // By a user who may only look.
  const audited: AuditReport = JSON.parse(await podpipe('audit', '--deep', '-o', 'json'))
  ok(audited.closes, JSON.stringify(audited.disagreement))
  // That it closes says that unique holds what the ledger counts, each event once.
  const account = await accountOf(ends, { ...audited, inUnique: audited.unique, doubledInUnique: 0 })
  t.diagnostic(sentenceOf(account))
  deepEqual(gaps(account, { doublesAllowed: true }), [])
  deepEqual(
    [seen.received, seen.unique, seen.duplicate, seen.rejected, seen.missing],
    [account.received, account.unique, account.duplicate, account.rejected, 0],
    'the console shows another account',
  )
  ok(isComplete, 'all that was offered has arrived')
  // A user who may only look changes nothing.
  match(
    await failure(podpipe('topics', 'apply', '--acls')),
    /Kafka does not let User:podpipe-viewer do (Describe|Alter) on cluster kafka-cluster/,
  )
})

/** What somebody is told instead of what he wanted. */
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was done',
    error => String(error),
  )

async function settled(ends: Ends): Promise<boolean> {
  let [seen, since] = ['', performance.now()]
  while (performance.now() - since < 2 * minute) {
    const { progress, ledger } = await sentBy(ends)
    const { distinct, frames } = await arrivedAt(ends)
    const isSent = Object.values(progress).every(({ offered, sent }) => sent === offered)
    if (isSent && distinct >= ledger.events) return true
    const now = JSON.stringify([progress, distinct, frames])
    if (now !== seen) [seen, since] = [now, performance.now()]
    await sleep(1_000)
  }
  return false
}
