import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, isSampleWarning, secret, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { describeConfig, textOf } from './describe.ts'

const pems = await createPems(new Date('2101-02-03T04:05:06Z'))
const around = surroundings(pems)

function describe(text: string, now: string) {
  const { config } = interpret(text, around)
  if (config === undefined) throw new Error('the fixture is not good')
  const warnings = config.warnings.filter(each => !isSampleWarning(each))
  return describeConfig({ ...config, warnings }, around.readText, Date.parse(now))
}

test('a person sees what would run, without the key', () => {
  const text = textOf(describe(vendorFile, '2100-01-01T00:00:00Z'))
  deepEqual(text.split('\n'), [
    '/pod/config/config.yaml is good',
    'input proofpoint_on_demand: cluster acme_hosted',
    '  message: wss://127.0.0.1:8443/v1/stream -> mail.proofpoint.pod.message',
    '  maillog: wss://127.0.0.1:8443/v1/stream -> mail.proofpoint.pod.maillog',
    'output devo_1: collector-us.devo.io:443 over TLS',
    '  /pod/certs/acme.crt until 2101-02-03T04:05:06.000Z',
    '  /pod/certs/chain.crt until 2101-02-03T04:05:06.000Z',
    'kafka: embedded, data in /pod/state',
    'dedup: an event is known for 1h, to the archive for 3h; the ledger is kept for 8d; variants: reject',
    'http: 127.0.0.1, ports 8101 (ingest), 8102 (dedup), 8103 (forwarder)',
  ])
})

test('the ledger of a long window is kept longer', () => {
  const description = describe(
    `${vendorFile}dedup: {window: 30d, variants: forward}\n`,
    '2100-01-01T00:00:00Z',
  )
  match(
    textOf(description),
    /\ndedup: an event is known for 30d, to the archive for 30d; the ledger is kept for 38d; variants: forward\n/,
  )
})

test('a start_time is shown with its stream', () => {
  const text = vendorFile.replace('start_time:', 'start_time: 2024-05-22T12:10:03-0700')
  const description = describe(text, '2100-01-01T00:00:00Z')
  match(textOf(description), /pod\.message, from 2024-05-22T12:10:03-0700 on\n {2}maillog.*pod\.maillog\n/)
  deepEqual(
    description.inputs[0]?.services.map(({ startTime }) => startTime),
    ['2024-05-22T12:10:03-0700', undefined],
  )
})

test('a proxy is shown with its stream, without its password', () => {
  const text = vendorFile.replace('    environment: prod', '    proxy: http://u:canary@proxy.example:3128')
  const description = describe(text, '2100-01-01T00:00:00Z')
  match(textOf(description), /message: wss:\S+ through http:\/\/proxy\.example:3128 -> mail/)
  doesNotMatch(JSON.stringify(description), /canary/)
})

test('a type that is not the name of its service is shown', () => {
  const text = vendorFile.replace('maillog:', 'held:\n        type: quarantine')
  match(textOf(describe(text, '2100-01-01T00:00:00Z')), /\n {2}held \(type quarantine\): wss:.*pod\.held\n/)
})

test('an external Kafka is named', () => {
  match(
    textOf(describe(`${vendorFile}kafka: {brokers: ["k:1"]}\n`, '2100-01-01T00:00:00Z')),
    /kafka: k:1, topics pod/,
  )
})

for (const [now, expected] of [
  ['2101-01-04T04:05:05Z', undefined],
  ['2101-01-04T04:05:06Z', /acme.crt ends on 2101-02-03/],
  ['2101-02-03T04:05:06Z', /acme.crt ended on 2101-02-03/],
] as const) {
  test(`at ${now} the certificates are ${expected === undefined ? 'young' : 'old'}`, () => {
    const { warnings } = describe(vendorFile, now)
    equal(warnings.length, expected === undefined ? 0 : 2)
    if (expected !== undefined) match(warnings[0] ?? '', expected)
  })
}

test('the JSON form holds no secret', () => {
  doesNotMatch(JSON.stringify(describe(vendorFile, '2100-01-01T00:00:00Z')), new RegExp(secret))
})
