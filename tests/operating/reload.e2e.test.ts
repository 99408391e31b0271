// The configuration is changed while events flow, in one process for all services and in one for each: what is not
// concerned keeps its session, an output is exchanged without loss, and a bad file changes nothing.

import { deepEqual, equal } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import type { ConfigStatus } from '@podpipe/runtime/config/watched-config.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { linesFrom } from '../kit/chains/service-log.ts'
import { eventually, until } from '../kit/eventually.ts'

async function install(t: TestContext, multiprocessing: boolean) {
  const chain = await testChain(t, {
    proofpoint: { events: { message: 300, maillog: 300, audit: 100 }, duplicates: 0.1 },
  })
  const file = chain.configFile
  const home = join(file, '..', '..')
  const pem = (name: string): string => readFileSync(join(home, 'certs', name), 'utf8')
  const server = { cert: pem('server.crt'), key: pem('server.key') }
  const second = await startProofpoint({
    events: { message: 200 },
    certificates: { server },
    cluster: 'second_hosted',
    tokens: ['second-token'],
  })
  atEnd(t, () => second.close())
  const devo = await startDevo({ certificates: { server, chain: pem('chain.crt') } })
  atEnd(t, () => devo.close())
  const text = readFileSync(file, 'utf8').replace(
    'globals:',
    `globals:\n  multiprocessing: ${multiprocessing}`,
  )
  const write = (changed: string): void => {
    writeFileSync(`${file}.new`, changed)
    renameSync(`${file}.new`, file)
  }
  write(text)
  const podpipe = startPodpipe('all', ['run', 'all', '--config', file], {
    logFile: join(home, 'all.log'),
    trust: chain.trust,
  })
  atEnd(t, () => (podpipe.running ? podpipe.kill() : undefined))
  const isSaid = (words: string): boolean => linesFrom(podpipe, 0).some(({ msg }) => msg.includes(words))
  /** What each service tells of the configuration at /status. */
  const told = (): Promise<ConfigStatus[]> => {
    // The last one of each: a service that was killed has another address now.
    const addresses = new Map(
      linesFrom(podpipe, 0).flatMap(({ http, msg }) => (http === undefined ? [] : [[msg, http] as const])),
    )
    return Promise.all(
      [...addresses.values()].map(async address => {
        const status = await (await fetch(`http://${address}/status`)).json()
        return (status as { parts: { configuration: ConfigStatus } }).parts.configuration
      }),
    )
  }
  return { chain, second, devo, text, write, podpipe, isSaid, told }
}

/** Services that this process has started as processes of their own, by name. */
function servicesOf(pid: number): Map<string, number> {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(task => {
    const file = `/proc/${pid}/task/${task}/children`
    return existsSync(file) ? readFileSync(file, 'utf8').split(' ') : []
  })
  return new Map(
    children.flatMap(child => {
      const file = `/proc/${child}/cmdline`
      if (child === '' || !existsSync(file)) return []
      const [, name] = /\0run\0([a-z]+)\0/.exec(readFileSync(file, 'utf8')) ?? []
      return name === undefined ? [] : [[name, Number(child)] as const]
    }),
  )
}

/** Offers events of all types, some every 20 ms, until it is told to stop. */
function flow(chain: Awaited<ReturnType<typeof install>>['chain']): () => void {
  let number = 0
  const timer = setInterval(() => {
    for (const type of ['message', 'maillog', 'audit'] as const) {
      number += 1
      const id = `flow-${number}`
      chain.proofpoint.offer(type, JSON.stringify({ id, guid: id, ts: '2024-05-22T12:10:03.058340-0700' }))
    }
  }, 20)
  return () => clearInterval(timer)
}

for (const multiprocessing of [true, false]) {
  test(`a reload with multiprocessing: ${multiprocessing}`, async t => {
    const { chain, second, devo, text, write, podpipe, isSaid, told } = await install(t, multiprocessing)
    const { proofpoint } = chain
    const stopFlow = flow(chain)
    atEnd(t, stopFlow)
    const wanted = (): string[] =>
      [proofpoint, second].flatMap(({ ledger }) =>
        [...ledger.entries()].flatMap(([hash, { kind }]) => (kind === 'junk' ? [] : [hash])),
      )
    const missing = (): number =>
      wanted().filter(hash => chain.devo.count(hash) + devo.count(hash) === 0).length
    await until('events arrive', () => chain.devo.stats().distinct > 100)
    equal(proofpoint.stats().accepted, 3)
    equal(servicesOf(podpipe.pid).size, multiprocessing ? 3 : 0)

    /** What `run all` starts again works with what the others work with, whatever the file says by now. */
    const killOne = async (name: string): Promise<void> => {
      const before = servicesOf(podpipe.pid).get(name)
      if (before === undefined) return
      process.kill(before, 'SIGKILL')
      const starts = (): number =>
        linesFrom(podpipe, 0).filter(({ msg }) => msg === `${name} is starting`).length
      const soFar = starts()
      await until(`${name} is back`, () => starts() > soFar)
    }

    // An input is added: its session opens, and the three that are there stay.
    const input = `  second:
    id: demo2
    credentials: {cluster_id: second_hosted, api_key: second-token}
    services:
      message: {request_period_in_seconds: 1, override_url_base: "${second.url}"}
`
    const withInput = text.replace('\nkafka:', `\n${input}kafka:`)
    write(withInput)
    await until('the second cluster has a session', () => second.stats().sessions.length === 1)

    // The output leads elsewhere from now on, while events flow.
    const before = devo.stats().distinct
    const exchanged = withInput.replace(`port: ${chain.devo.port}`, `port: ${devo.port}`)
    write(exchanged)
    await until('the new endpoint gets events', () => devo.stats().distinct > before + 50)

    // What needs a restart is said, and the input that is gone is left.
    const elsewhere = exchanged.replace(input, '').replace('brokers: [', 'brokers: ["127.0.0.1:1", ')
    write(elsewhere)
    await until('the reason is said', () => isSaid('kafka.brokers has changed and needs a restart'))
    await until('the session is closed', () => second.stats().sessions.length === 0)

    // A bad file, and somebody who asks for it to be read; and a service that has to start with it.
    write(elsewhere.replace('partitions: 3', 'partitions: many'))
    podpipe.signal('SIGHUP')
    await until('it is said that the file is bad', () => isSaid('goes on with the last good one'))
    await killOne('dedup')
    await eventually('every service tells of it at /status', async () => {
      const all = await told()
      return all.length === 3 && all.every(({ problem = '' }) => problem.includes('kafka.partitions'))
        ? true
        : undefined
    })
    const during = devo.stats().distinct
    await until('events go on', () => devo.stats().distinct > during + 50)

    // All are told the same again, also the one that has started in between.
    write(elsewhere)
    await eventually('what waits for a restart is at /status', async () =>
      (await told()).every(
        ({ problem, needs_restart: [key = ''] }) => problem === undefined && key.startsWith('kafka.brokers'),
      )
        ? true
        : undefined,
    )

    stopFlow()
    await until('everything has arrived', () => missing() === 0)
    deepEqual([proofpoint.stats().accepted, second.stats().accepted], [3, 1], 'sessions opened in all')
    deepEqual(second.stats().ends, { clean: 1, unclean: 0 })
    equal(await podpipe.stop(), 0, podpipe.tail(20))
    const said = linesFrom(podpipe, 0).map(({ msg }) => msg)
    equal(said.at(-1), 'podpipe has stopped')
    equal(said.filter(line => /^(ingest|dedup|forwarder) has stopped$/.test(line)).length, 3)
    equal(isSaid('the stop budget is spent'), false)

    const received = [chain.devo, devo].reduce((sum, { stats }) => sum + stats().frames, 0)
    t.diagnostic(
      `sent ${wanted().length} different events, received ${received} lines, lost ${missing()}, doubled ${received - wanted().length}`,
    )
  })
}
