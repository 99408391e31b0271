// ingest by way of an HTTP proxy, to a server whose authority only `ca` names: the two as one configuration says
// them, in a process without NODE_EXTRA_CA_CERTS.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { atEnd } from '../kit/at-end.ts'
import { arrives, testChain } from '../kit/chains/chain.ts'
import { until } from '../kit/eventually.ts'
import { startConnectProxy } from '../kit/faults/connect-proxy.ts'

test('events flow through a proxy that demands a password, and a wrong one is explained without being told', async t => {
  const proxy = await startConnectProxy(t, { user: 'podpipe', password: 'canary@good' })
  const chain = await testChain(t, { proofpoint: { events: 300 } })
  const base = readFileSync(chain.configFile, 'utf8')
  const logFile = join(chain.configFile, '..', '..', 'ingest.log')
  const configured = (password: string): string =>
    base
      .replace(
        '    services:',
        `    proxy: http://podpipe:${password}@127.0.0.1:${proxy.port}\n    services:`,
      )
      .replaceAll('request_period_in_seconds: 1,', 'request_period_in_seconds: 1, ca: chain.crt,')
  const start = () => {
    const args = ['run', 'ingest', '--config', chain.configFile]
    const ingest = startPodpipe('ingest', args, { logFile, trust: '' })
    atEnd(t, () => ingest.running && ingest.stop())
    return ingest
  }

  writeFileSync(chain.configFile, configured('canary-wrong'))
  const first = start()
  await until('every stream has been told', () => (first.tail(1_000).match(/ 407: /g) ?? []).length === 3)
  equal(await first.stop(), 0)
  match(readFileSync(logFile, 'utf8'), /"level":50.*the proxy http:\/\/127\.0\.0\.1:\d+ answers 407/)
  deepEqual(proxy.tunnels, [])

  writeFileSync(chain.configFile, configured('canary%40good'))
  const second = start()
  chain.start('dedup')
  chain.start('forwarder')
  await arrives({ ...chain, process: name => (name === 'ingest' ? second : chain.process(name)) })
  deepEqual(new Set(proxy.tunnels), new Set([`localhost:${chain.proofpoint.port}`]))
  await second.stop()
  await chain.stopServices()
  doesNotMatch(readFileSync(logFile, 'utf8'), /canary/)
})
