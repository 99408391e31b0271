// A drill: one thing is broken at a time, and what whoever is on duty is told of it has to name that very thing,
// at `podpipe status`, at /readyz, at podpipe_troubles, in the log and by an alert; and to be gone when it is well again.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { atEnd } from '../kit/at-end.ts'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'
import { drillFaults } from '../kit/faults/drill-faults.ts'
import { flow } from '../kit/loads/flow.ts'
import { alerts } from '../kit/metrics/alerted.ts'
import { httpAddress, metricsOf } from '../kit/metrics/metrics.ts'
import { testTop } from '../kit/screens/top-screen.ts'

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

  await testTop(t, ['--config', chain.configFile, ...at.flatMap(address => ['--at', address])])
  const alerted = await alerts(
    t,
    Object.fromEntries(services.map((name, which) => [`podpipe-${name}`, at[which] ?? ''])),
  )

  for (const fault of await drillFaults(t, chain, authority, signalKafka)) {
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

const addressOf = (process: ServiceProcess): Promise<string> =>
  eventually('the address of a service', () => httpAddress(process))
