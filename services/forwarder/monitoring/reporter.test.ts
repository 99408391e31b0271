import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from '@podpipe/runtime/config/config.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createReadiness, type Trouble } from '@podpipe/runtime/readiness.ts'
import { startSink } from '../peers/test-sink.ts'
import { messageFor, tagOf } from './message.ts'
import { openReporter } from './reporter.ts'

const trouble = (symptom: string, more: Partial<Trouble> = {}): Trouble => ({
  symptom,
  impact: 'Events wait.',
  cause: '401: Proofpoint refuses the API key',
  action: 'Renew it.',
  ...more,
})

for (const [name, part, found, level] of [
  ['a trouble is an error', 'acme/message', trouble('no session'), 'error'],
  ['a warning is one', 'devo_1 cert', trouble('near its end', { isWarning: true }), 'warning'],
  ['the end of a trouble is none', 'acme/message', undefined, 'info'],
] as const) {
  test(name, () => equal(messageFor(part, found).level, level))
}

test('what is not well reaches the sink under the tags of collectors, once an episode, and its end as well', async t => {
  const sink = await startSink(t, {})
  const readiness = createReadiness('kafka', trouble('starting'))
  const settings: Output = {
    kind: 'tcp',
    name: 'watch',
    enabled: true,
    services: [],
    maxEventBytes: undefined,
    address: '127.0.0.1',
    port: sink.port,
    confirm: 'auto',
    connections: 2,
  }
  const reporter = openReporter({
    settings,
    config: {
      name: 'my-collector',
      forwarder: {
        stretchEvents: 10,
        stretchBytes: 1_000_000,
        stretchMs: 1_000,
        maxBufferedBytes: 1_000_000,
        host: 'h',
      },
    },
    service: 'ingest',
    readiness,
    log: createLog('test', 'silent'),
    now: () => Date.parse('2026-05-22T12:00:00Z'),
    lastingMs: 20,
  })
  readiness.set('kafka', undefined)
  readiness.set('acme/audit', trouble('no session'))
  readiness.set('acme/audit', undefined)
  readiness.set('acme/message', trouble('no session'))
  readiness.set('acme/message', trouble('no session', { cause: 'still' }))
  await sleep(40)
  readiness.set('acme/message', undefined)
  await reporter.close()

  const lines = sink.order.map(line => {
    const [, tag = '', payload = ''] = /^<14>2026-05-22 12:00:00\.000 h (\S+): (.*)$/.exec(line) ?? []
    return { tag, ...JSON.parse(payload) }
  })
  deepEqual(
    lines.map(({ tag, level, module_name }) => [tag, level, module_name]),
    [
      [tagOf('info'), 'info', 'ingest'],
      [tagOf('error'), 'error', 'acme/message'],
      [tagOf('info'), 'info', 'acme/message'],
      [tagOf('info'), 'info', 'ingest'],
    ],
  )
  const [first, broken] = lines
  match(first.msg, /^ingest of podpipe .* has started$/)
  deepEqual(
    [broken.msg, broken.collector_name, broken.service_name, broken.input_name, broken.time],
    [
      'no session: 401: Proofpoint refuses the API key. Events wait. Renew it.',
      'my-collector',
      'ingest',
      'acme',
      '2026-05-22T12:00:00.000Z',
    ],
  )
})
