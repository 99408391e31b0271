import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, isSampleWarning, secret, surroundings, vendorFile, withLine } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from '../reading/findings.ts'

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

function read(text: string) {
  const { findings } = interpret(text, around)
  const warnings = render('config.yaml', findings.warnings).filter(each => !isSampleWarning(each))
  return { faults: render('config.yaml', findings.faults), warnings }
}

const services = 'services:\n      message:\n'

for (const [name, text, expected] of [
  ['an unknown service', withLine('      maillog:', '      mailog:'), /^config.yaml:33:7 .*mean "maillog"/],
  [
    'a further kind of event without its type',
    withLine('      maillog:', '      quarantine:'),
    /33:7 .*unknown service "quarantine"; .*"type:"/,
  ],
  [
    'a further kind whose name does not fit',
    withLine('      maillog:', '      Held mail:\n        type: quarantine'),
    /33:7 .*no good name for a service/,
  ],
  [
    'a type of two words',
    withLine('      maillog:', '      maillog:\n        type: mail log'),
    /34:15 .*maillog.type: is no single word/,
  ],
  [
    'one type under two names',
    withLine('      maillog:', '      held:\n        type: message'),
    /33:7 .*services.held: reads the same stream as .*services.message; .*409/,
  ],
  [
    'one name for two types of a cluster',
    `${vendorFile}  two: {id: 2, credentials: {cluster_id: acme_hosted, api_key: k}, services: {message: {type: other}}}\n`,
    /38:79 .*two.services.message: reads the same stream as/,
  ],
  ['a missing cluster', withLine('      cluster_id: acme_hosted\n', ''), /23:5 .*cluster_id: is missing/],
  [
    'one key for live data and back-fill',
    withLine('    environment:', `      backfill_api_key: ${secret}\n    environment:`),
    /26:25 .*credentials.backfill_api_key: is the same as api_key; .*409/,
  ],
  [
    'a back-fill key with a blank in it',
    withLine('    environment:', `      backfill_api_key: ${secret} x\n    environment:`),
    /26:25 .*backfill_api_key: holds a blank/,
  ],
  [
    'a placeholder for the back-fill key',
    withLine('    environment:', '      backfill_api_key: <key>\n    environment:'),
    /26:25 .*backfill_api_key: still holds the placeholder/,
  ],
  [
    'a clear-text URL',
    withLine('base: wss:', 'base: ws:'),
    /32:28 .*clear text; use wss.*allow_insecure: true/,
  ],
  [
    'authorities that are not there',
    withLine('        start_time:', '        ca: nope.crt\n        start_time:'),
    /30:13 .*message.ca: there is no file \/pod\/certs\/nope.crt .*authorities/,
  ],
  [
    'a key in place of authorities',
    withLine('        start_time:', '        ca: acme.key\n        start_time:'),
    /30:13 .*message.ca: the file \/pod\/certs\/acme.key holds a private key/,
  ],
  ['a disabled input alone', withLine('enabled: true', 'enabled: no'), /inputs: has no enabled input/],
  ['inputs with nothing in it', `${vendorFile.split('inputs:')[0]}inputs: {}\n`, /has no enabled input/],
  ['no service', `${vendorFile.split(services)[0]}services: {}\n`, /services: has no service/],
  [
    'a stream that is read twice',
    `${vendorFile}  two: {id: 2, credentials: {cluster_id: acme_hosted, api_key: k}, services: {message: }}\n`,
    /38:79 inputs.two.services.message: reads the same stream as inputs.proofpoint_on_demand.services.message/,
  ],
] as const) {
  test(`${name} is explained in one finding`, () => {
    const { faults } = read(text)
    equal(faults.length, 1, faults.join('\n'))
    match(faults[0] ?? '', expected)
    doesNotMatch(faults[0] ?? '', new RegExp(secret))
  })
}

for (const [name, text, expected] of [
  [
    'a clear-text URL that is allowed',
    withLine('base: wss:', 'base: ws:').replace('start_time:', 'allow_insecure: true'),
    /32:28 .*override_url_base: is ws:\/\/, as allow_insecure permits: .*can read the API key/,
  ],
] as const) {
  test(`${name} is taken with one warning`, () => {
    const { faults, warnings } = read(text)
    deepEqual(faults, [])
    equal(warnings.length, 1)
    match(warnings[0] ?? '', expected)
  })
}
