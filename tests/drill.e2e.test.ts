// A drill: one thing is broken at a time, and what whoever is on duty is told of it has to name that very thing,
// at `podpipe status`, at /readyz, at podpipe_troubles and in the log; and to be gone when it is well again.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { atEnd } from './kit/at-end.ts'
import { arrives, testChain } from './kit/chain.ts'
import { eventually } from './kit/eventually.ts'
import { httpAddress, metricsOf } from './kit/metrics.ts'
import { ownBroker } from './kit/own-broker.ts'
import { podpipe, runPodpipe } from './kit/podpipe.ts'
import { hasTerminals, openTerminal, type Terminal } from './kit/terminal.ts'

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
  const chain = await testChain(t, { brokers: broker.brokers, proofpoint: { events: 300, rate: 40 } })
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

  for (const { name, service, part, cause, action, logged, strike, heal } of faults(chain, signalKafka)) {
    await t.test(name, async () => {
      strike()
      const found = await eventually(`status names ${part}`, async () => {
        const { told, code } = await status()
        const of = told.services.find(each => each.name === service)
        const trouble = of?.status?.troubles.find(each => part.test(each.part) && cause.test(each.cause))
        return trouble && { told, code, trouble }
      })
      deepEqual([found.told.health, found.code], ['degraded', 1])
      match(found.trouble.action, action)
      const ready = await fetch(`http://${await addressOf(chain.process(service))}/readyz`)
      equal(ready.status, 503)
      match(await ready.text(), cause)
      const metrics = await metricsOf(chain.process(service))
      const shown = metrics('podpipe_troubles').filter(({ value }) => value === 1)
      equal(
        shown.some(({ labels }) => part.test(/part="([^"]*)"/.exec(labels)?.[1] ?? '')),
        true,
      )
      match(chain.process(service).tail(200), logged)
      await heal()
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
    chain.start('dedup')
  })
  await arrives(chain)
})

function faults(chain: Chain, signalKafka: (signal: NodeJS.Signals) => void) {
  const { proofpoint, devo } = chain
  return [
    {
      name: 'Devo refuses connections',
      service: 'forwarder',
      part: /^devo_1$/,
      cause: /ECONNREFUSED/,
      action: /Nothing listens there/,
      logged: /output devo_1 has no proof of delivery/,
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
      strike() {
        proofpoint.refuseNext(409, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: async () => proofpoint.admit(),
    },
    {
      name: 'Proofpoint fails',
      service: 'ingest',
      part: /message$/,
      cause: /answers 503/,
      action: /tries again by itself/,
      logged: /answers 503/,
      strike() {
        proofpoint.refuseNext(503, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: async () => proofpoint.admit(),
    },
    {
      name: 'Kafka answers nothing',
      service: 'dedup',
      part: /^kafka$/,
      cause: /./,
      action: /Check that the brokers run/,
      logged: /./,
      strike: () => signalKafka('SIGSTOP'),
      heal: async () => signalKafka('SIGCONT'),
    },
  ] as const
}

const addressOf = (process: ServiceProcess): Promise<string> =>
  eventually('the address of a service', () => httpAddress(process))
