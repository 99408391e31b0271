import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'

const around = surroundings(await createPems())

test('a start_time is kept as it is written, beside the moment that it means', () => {
  const { config, findings } = interpret(
    vendorFile.replace('start_time:', 'start_time: 2024-05-22T12:10:03-0700'),
    around,
  )
  deepEqual(findings.faults, [])
  const [message, maillog] = config?.inputs[0]?.services ?? []
  equal(message?.startTime, '2024-05-22T12:10:03-0700')
  equal(message?.startAt, Date.parse('2024-05-22T19:10:03Z'))
  deepEqual([maillog?.startTime, maillog?.startAt], [undefined, undefined])
})

test('a second key is read, and digits only keep every digit', () => {
  const text = vendorFile.replace('    environment:', '      backfill_api_key: 0017\n    environment:')
  const { config, findings } = interpret(text, around)
  deepEqual(findings.faults, [])
  equal(config?.inputs[0]?.backfillApiKey, '0017')
})

test('a further kind of event is read by its type, and has a tag and topics of its own', () => {
  const kind = 'quarantine:\n        type: held\n        id_field: qid\n        time_field: when'
  const { config, findings } = interpret(vendorFile.replace('maillog:', kind), around)
  deepEqual(findings.faults, [])
  const { service, type, idField, timeField, tag } = config?.inputs[0]?.services[1] ?? {}
  deepEqual(
    [service, type, idField, timeField, tag],
    ['quarantine', 'held', 'qid', 'when', 'mail.proofpoint.pod.quarantine'],
  )
  deepEqual(config?.services, ['message', 'maillog', 'audit', 'quarantine'])
})

test('the kinds of an input that is disabled keep their topics, and a name in two inputs counts once', () => {
  const more = (name: string, enabled: boolean) =>
    `  ${name}: {id: 2, enabled: ${enabled}, credentials: {cluster_id: ${name}, api_key: k}, services: {x: {type: y}}}\n`
  const { config } = interpret(`${vendorFile}${more('two', true)}${more('three', false)}`, around)
  deepEqual(config?.services, ['message', 'maillog', 'audit', 'x'])
})

test('a known kind may be read by another type and by other fields', () => {
  const other = 'maillog:\n        type: sendmail\n        id_field: guid'
  const { config } = interpret(vendorFile.replace('maillog:', other), around)
  const { service, type, idField, timeField } = config?.inputs[0]?.services[1] ?? {}
  deepEqual([service, type, idField, timeField], ['maillog', 'sendmail', 'guid', 'ts'])
})

test('one field cannot be the id and the time of an event', () => {
  const same = 'maillog:\n        id_field: ts'
  const { findings } = interpret(vendorFile.replace('maillog:', same), around)
  deepEqual(
    findings.faults.map(({ path }) => path),
    ['inputs.proofpoint_on_demand.services.maillog.id_field'],
  )
})

test('authorities of a service are found in certs/', () => {
  const { config, findings } = interpret(vendorFile.replace('start_time:', 'ca: chain.crt'), around)
  deepEqual(findings.faults, [])
  deepEqual(
    config?.inputs[0]?.services.map(({ ca }) => ca),
    ['/pod/certs/chain.crt', undefined],
  )
})
