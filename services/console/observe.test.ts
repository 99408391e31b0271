// The console's own metrics: all that are listed for it are there from the start, they count, and they name nobody.

import { deepEqual, doesNotMatch, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type MetricEntry, metricList } from '@podpipe/runtime/metrics/list.ts'
import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import { own, testConsole } from './access/test-console.ts'

const ofConsole = Object.values<MetricEntry>(metricList).filter(({ of }) => of === 'console')

test('what is listed for the console is shown by it from the start, and by no other process', async t => {
  const { room } = await testConsole(t)
  const samples = (text: string): string[] =>
    ofConsole
      .filter(({ name }) => new RegExp(`^${name}(_count)?(\\{.*)? `, 'm').test(text))
      .map(({ name }) => name)
  deepEqual(
    samples(await room.metrics.registry.metrics()),
    ofConsole.map(({ name }) => name),
  )
  deepEqual(samples(await createMetrics().registry.metrics()), [])
})

test('answers and refused sign-ins are counted, and nobody is named', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { server, room, signIn } = await testConsole(t)
  const cookie = (await signIn('viewer')) ?? ''
  await server.inject({ url: '/api/v1/about', headers: { cookie } })
  await signIn('admin', 'wrong')
  await server.inject({ url: '/api/v1/sessions', headers: { cookie, ...own } })
  for (let each = 0; each < 25; each++) await signIn('hunter22', 'wrong')
  const text = await room.metrics.registry.metrics()
  for (const [metric, value] of [
    ['requests_total{status="2xx"}', '2'],
    ['requests_total{status="5xx"}', '1'],
    ['refused_sign_ins_total{reason="wrong"}', '21'],
    ['refused_sign_ins_total{reason="too_often"}', '5'],
    ['viewers', '0'],
  ] as const)
    match(text, new RegExp(`^podpipe_console_${metric.replaceAll(/[{}]/g, '\\$&')} ${value}$`, 'm'))
  doesNotMatch(text, /viewer"|admin|hunter22|127\.0\.0\.1/)
})
