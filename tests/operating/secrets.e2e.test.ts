// No secret leaves podpipe but to whom it is for: the chain runs, and fails in the ways that speak of secrets, with
// canaries in the place of every secret, and all that it says or writes is searched for them.

import { deepEqual, equal } from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { atEnd } from '../kit/at-end.ts'
import { arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { until } from '../kit/eventually.ts'
import { startConnectProxy } from '../kit/faults/connect-proxy.ts'

const canaries = {
  apiKey: 'canary-key-5d1f',
  backfillApiKey: 'canary-second-88a0',
  proxyPassword: 'canary-proxy-c3e7',
  wrongKey: 'canary-wrong-key-41',
  wrongProxyPassword: 'canary-wrong-proxy-9b',
  saslPassword: 'canary-sasl-07d2',
}

/** What speaks of a canary, by name; empty where nothing does. */
function leaks(said: ReadonlyMap<string, string>): string[] {
  return [...said].flatMap(([where, text]) =>
    Object.entries(canaries).flatMap(([name, canary]) =>
      text.includes(canary) ? [`${where}: ${name}`] : [],
    ),
  )
}

/** Everything that a running service shows to others: its pages, and its line in the list of processes. */
async function shownBy(service: ServiceProcess): Promise<Map<string, string>> {
  const address = [...service.tail(100_000).matchAll(/"http":"([^"]+)"/g)].at(-1)?.[1]
  const said = new Map<string, string>()
  for (const page of ['metrics', 'status', 'readyz']) {
    said.set(`${service.name} /${page}`, await (await fetch(`http://${address}/${page}`)).text())
  }
  for (const file of ['cmdline', 'comm']) {
    said.set(`${service.name} ${file}`, readFileSync(`/proc/${service.pid}/${file}`, 'latin1'))
  }
  return said
}

/** The files below a folder by name. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

test('no secret is in a log, on a page, in a list of processes, in a file, or in what a command prints', async t => {
  const { apiKey, backfillApiKey, proxyPassword, wrongKey, wrongProxyPassword, saslPassword } = canaries
  const proxy = await startConnectProxy(t, { user: 'podpipe', password: proxyPassword })
  const chain = await testChain(t, {
    proofpoint: { events: 300, tokens: [apiKey, backfillApiKey] },
    config: 'log_level: debug\n',
  })
  const base = readFileSync(chain.configFile, 'utf8')
  const home = dirname(dirname(chain.configFile))
  const write = (key: string, password: string): void =>
    writeFileSync(
      chain.configFile,
      base
        .replace('api_key: simulated-token', `api_key: ${key}\n      backfill_api_key: ${backfillApiKey}`)
        .replace('kafka:\n', `kafka:\n  sasl: {mechanism: none, username: u, password: ${saslPassword}}\n`)
        .replace(
          '    services:\n',
          `    proxy: http://podpipe:${password}@127.0.0.1:${proxy.port}\n    services:\n`,
        ),
    )
  const said = new Map<string, string>()
  const note = (more: ReadonlyMap<string, string>): void => {
    for (const [where, text] of more) said.set(where, text)
  }
  const fails = async (name: string, what: RegExp): Promise<void> => {
    const logFile = join(home, `${name}.log`)
    const args = ['run', 'ingest', '--config', chain.configFile]
    const ingest = startPodpipe(name, args, { logFile, trust: chain.trust })
    atEnd(t, () => ingest.running && ingest.kill())
    await until(`${name} is told`, () => what.test(ingest.tail(10_000)))
    note(await shownBy(ingest))
    await ingest.stop()
  }

  write(apiKey, wrongProxyPassword)
  await fails('a wrong password of the proxy', / 407: /)
  write(wrongKey, proxyPassword)
  await fails('a wrong key', /\b401\b/)

  write(apiKey, proxyPassword)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) note(await shownBy(chain.process(service)))

  for (const command of ['validate', 'config show', 'config show -o json', 'topics plan', 'positions']) {
    const { out, err, code } = await runPodpipe([...command.split(' '), '--config', chain.configFile])
    equal(code, 0, `${command}: ${err}`)
    said.set(command, out + err)
  }
  await chain.stopServices()
  for (const file of filesBelow(home)) {
    if (file !== chain.configFile) said.set(file, readFileSync(file, 'latin1'))
  }
  t.diagnostic(`searched ${said.size} outputs and files, ${[...said.values()].join('').length} characters`)
  deepEqual(leaks(said), [])
  // The search finds what is there.
  equal(leaks(new Map([['config', readFileSync(chain.configFile, 'utf8')]])).length, 4)
})
