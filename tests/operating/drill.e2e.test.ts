// A drill: one thing is broken at a time, and what whoever is on duty is told of it has to name that very thing,
// at `podpipe status`, at /readyz, at podpipe_troubles, in the log and by an alert; and to be gone when it is well again.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { type Authority, createAuthority } from '@podpipe/simulators/authority.ts'
import { atEnd } from '../kit/at-end.ts'
import { arrives, testChain } from '../kit/chain.ts'
import { eventually } from '../kit/eventually.ts'
import { flow } from '../kit/flow.ts'
import { httpAddress, metricsOf } from '../kit/metrics.ts'
import { openTransaction } from '../kit/open-transaction.ts'
import { ownBroker } from '../kit/own-broker.ts'
import { podpipe, runPodpipe } from '../kit/podpipe.ts'
import { hasPrometheus, startPrometheus } from '../kit/prometheus.ts'
import { hasTerminals, openTerminal, type Terminal } from '../kit/terminal.ts'

const services: readonly ServiceName[] = ['ingest', 'dedup', 'forwarder']

interface Told {
  readonly health: string
  readonly services: readonly {
    readonly name: string
    readonly failure?: string
    readonly status?: { readonly troubles: readonly { part: string; cause: string; action: string }[] }
  }[]
}

test('what is broken is named with its cause and what to do, everywhere, and is well again by itself', async t => {
  const broker = await ownBroker(t)
  const authority = await createAuthority()
  const chain = await testChain(t, { brokers: broker.brokers, authority, proofpoint: { events: 0 } })
  const stopFlow = flow(chain.proofpoint)
  atEnd(t, stopFlow)
  const signalKafka = (signal: NodeJS.Signals): void => {
    if (broker.pid !== undefined) process.kill(broker.pid, signal)
  }
  // A broker that is frozen cannot be stopped.
  atEnd(t, async () => signalKafka('SIGCONT'))
  for (const service of services) chain.start(service)
  const at = await Promise.all(services.map(service => addressOf(chain.process(service))))
  const status = async (): Promise<{ told: Told; code: number }> => {
    const places = at.flatMap(address => ['--at', address])
    const { out, code } = await runPodpipe(['status', '--config', chain.configFile, ...places, '-o', 'json'])
    return { told: JSON.parse(out), code }
  }
  const healthy = (): Promise<true> =>
    eventually('all is well', async () => ((await status()).code === 0 ? true : undefined))
  await healthy()

  for (const [name, leave] of [
    ['a key', terminal => terminal.type('q')],
    ['a signal', (_, pid) => process.kill(pid)],
  ] as const satisfies readonly (readonly [string, (terminal: Terminal, pid: number) => unknown])[]) {
    const skip = !hasTerminals && 'there is no `script` to make a terminal with'
    await t.test(
      `podpipe top draws on a terminal, and leaves it as it was by ${name}`,
      { skip },
      async top => {
        const places = at.flatMap(address => ['--at', address]).join(' ')
        const command = `exec ${process.execPath} ${podpipe} top --config ${chain.configFile} ${places}`
        const terminal = openTerminal(top, `sh -c 'echo pid=$$; ${command}'; echo left=$?; stty -a`)
        const sees = (what: RegExp): Promise<true> =>
          eventually(`${what} on the screen`, () =>
            terminal.screen().some(line => what.test(line)) ? true : undefined,
          )
        await sees(/^simulated_hosted\/message +[\d.]+ .* open/)
        deepEqual(
          [terminal.screen().length, terminal.screen().find(line => line.length > 80)],
          [24, undefined],
        )
        terminal.type('s')
        await sees(/s sort by rate/)
        terminal.type('/maillog\r')
        await sees(/filter: maillog \(Esc clears\)/)
        deepEqual(terminal.screen().filter(line => line.startsWith('simulated_hosted/')).length, 1)
        const [, pid] = /pid=(\d+)/.exec(terminal.output()) ?? []
        await leave(terminal, Number(pid))
        equal(await terminal.exited, 0)
        // The screen of before, a cursor, and lines that are edited and echoed, as the shell wants them.
        const after = terminal.output().split('\u001b[?25h\u001b[?1049l').at(-1) ?? ''
        match(after, /left=0\s/)
        match(after, /[ ;]icanon[\s\S]*[ ;]echo /)
      },
    )
  }

  const prometheus = hasPrometheus
    ? await startPrometheus(
        t,
        Object.fromEntries(services.map((name, which) => [`podpipe-${name}`, at[which] ?? ''])),
      )
    : undefined
  if (prometheus === undefined) t.diagnostic('Prometheus is not installed, so the alerts were not asked')
  /** Waits until the expression of an alert holds for what is meant. */
  const alerted = async ({ alert, labels }: Alerted): Promise<void> => {
    if (prometheus === undefined) return
    await eventually(`${alert} for ${labels}`, async () => {
      const holding = await prometheus.holding()
      return holding.some(each => each.alert === alert && labels.test(JSON.stringify(each.labels)))
        ? true
        : undefined
    })
  }

  for (const fault of await faults(t, chain, authority, signalKafka)) {
    const { name, service, part, cause, action, logged, alert, isWarning = false } = fault
    await t.test(name, async each => {
      const process = chain.process(service)
      const linesBefore = process.tail(100_000).split('\n').length
      await fault.strike()
      const struck = performance.now()
      const found = await eventually(`status names ${part}`, async () => {
        const { told, code } = await status()
        const of = told.services.find(each => each.name === service)
        const trouble = of?.status?.troubles.find(each => part.test(each.part) && cause.test(each.cause))
        return trouble && { told, code, trouble }
      })
      const named = performance.now()
      deepEqual([found.told.health, found.code], ['degraded', 1])
      match(found.trouble.action, action)
      const ready = await fetch(`http://${await addressOf(process)}/readyz`)
      equal(ready.status, isWarning ? 200 : 503)
      match(await ready.text(), cause)
      const shown = (await metricsOf(process))('podpipe_troubles').filter(({ value }) => value === 1)
      equal(
        shown.some(({ labels }) => part.test(/part="([^"]*)"/.exec(labels)?.[1] ?? '')),
        !isWarning,
      )
      match(
        process
          .tail(100_000)
          .split('\n')
          .slice(linesBefore - 1)
          .join('\n'),
        logged,
      )
      await alerted(alert)
      const seconds = (until: number): string => ((until - struck) / 1_000).toFixed(1)
      each.diagnostic(`named after ${seconds(named)} s, alerted after ${seconds(performance.now())} s`)
      await fault.heal()
      await healthy()
    })
  }

  await t.test('a service that is gone', async () => {
    await chain.process('dedup').stop()
    const { told, code } = await status()
    deepEqual([told.health, code], ['down', 2])
    deepEqual(
      told.services.filter(({ failure }) => failure !== undefined).map(({ failure }) => failure),
      ['nothing listens there'],
    )
    await alerted({ alert: 'PodpipeServiceDown', labels: /podpipe-dedup/ })
    chain.start('dedup')
  })
  stopFlow()
  await arrives(chain)
})

interface Alerted {
  readonly alert: string
  readonly labels: RegExp
}

interface Fault {
  readonly name: string
  readonly service: ServiceName
  readonly part: RegExp
  readonly cause: RegExp
  readonly action: RegExp
  readonly logged: RegExp
  readonly alert: Alerted
  /** The service does its work all the same. */
  readonly isWarning?: true
  strike(): unknown
  heal(): unknown
}

async function faults(
  t: TestContext,
  chain: Chain,
  authority: Authority,
  signalKafka: (signal: NodeJS.Signals) => void,
): Promise<Fault[]> {
  const { proofpoint, devo, configFile, certificates } = chain
  const { client, topics, close } = await chain.topics()
  atEnd(t, close)
  const edit = (from: string, to: string): void =>
    writeFileSync(configFile, readFileSync(configFile, 'utf8').replace(from, to))
  const renew = async (days: number): Promise<void> => {
    const { cert, key } = await authority.client(certificates.domain, days)
    // The key first: until the certificate follows they do not belong together, and the last good ones stay in use.
    writeFileSync(certificates.client.keyFile, key)
    writeFileSync(certificates.client.certFile, cert)
  }
  const troubled = (part: string): Alerted => ({ alert: 'PodpipeTrouble', labels: new RegExp(part) })
  const raw = topics.raw('message').name
  let abort = async (): Promise<void> => undefined
  return [
    {
      name: 'Devo refuses connections',
      service: 'forwarder',
      part: /^devo_1$/,
      cause: /ECONNREFUSED/,
      action: /Nothing listens there/,
      logged: /output devo_1 has no proof of delivery/,
      alert: troubled('"devo_1"'),
      strike() {
        devo.refuse()
        devo.resetAll()
      },
      heal: () => devo.accept(),
    },
    {
      name: 'another collector uses the key',
      service: 'ingest',
      part: /message$/,
      cause: /409 Conflict/,
      action: /no other collector uses the key/,
      logged: /409 Conflict/,
      alert: { alert: 'PodpipeKeyInUse', labels: /"message"/ },
      strike() {
        proofpoint.refuseNext(409, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: () => proofpoint.admit(),
    },
    {
      name: 'Proofpoint fails',
      service: 'ingest',
      part: /message$/,
      cause: /answers 503/,
      action: /tries again by itself/,
      logged: /answers 503/,
      alert: { alert: 'PodpipeSessionDown', labels: /"message"/ },
      strike() {
        proofpoint.refuseNext(503, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: () => proofpoint.admit(),
    },
    {
      name: 'the API key is wrong',
      service: 'ingest',
      part: /message$/,
      cause: /401: Proofpoint refuses the API key/,
      action: /has not expired.*taken up without a restart/,
      logged: /401: Proofpoint refuses the API key/,
      alert: { alert: 'PodpipeSessionDown', labels: /"message"/ },
      strike() {
        edit('api_key: simulated-token', 'api_key: wrong-token')
        proofpoint.drop('all', 'close')
      },
      heal: () => edit('api_key: wrong-token', 'api_key: simulated-token'),
    },
    {
      name: 'a partition stands still behind an open transaction',
      service: 'dedup',
      part: new RegExp(`^dedup ${raw}/0$`),
      cause: /a transaction stands open at offset \d+/,
      action: /kafka-transactions\.sh find-hanging/,
      logged: /stands still.*a transaction stands open/,
      alert: troubled(`dedup ${raw}/0`),
      async strike() {
        abort = await openTransaction(client, { topic: raw, partition: 0 })
      },
      heal: () => abort(),
    },
    {
      name: 'a certificate is near its end',
      service: 'forwarder',
      part: /^devo_1 cert$/,
      cause: /\(cert\) ends in 1[12] days/,
      action: /put it in the place of the old one/,
      logged: /ends in 1[12] days; no connection succeeds from then on/,
      alert: { alert: 'PodpipeCertificateEnds', labels: /"devo_1"/ },
      isWarning: true,
      strike: () => renew(12),
      heal: () => renew(365),
    },
    {
      name: 'Kafka answers nothing',
      service: 'dedup',
      part: /^kafka$/,
      cause: /./,
      action: /Check that the brokers run/,
      logged: /Kafka does not answer/,
      alert: troubled('"kafka"'),
      strike: () => signalKafka('SIGSTOP'),
      heal: () => signalKafka('SIGCONT'),
    },
  ]
}

const addressOf = (process: ServiceProcess): Promise<string> =>
  eventually('the address of a service', () => httpAddress(process))
