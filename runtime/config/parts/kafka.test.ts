import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from '../reading/findings.ts'

const pems = await createPems()
const files = { '/pod/certs/password': ' canary-in-file\n', '/strange.key': pems.strangeKey }

function read(kafka: string, env: NodeJS.ProcessEnv = {}) {
  const { config, findings } = interpret(`${vendorFile}kafka:\n${kafka}`, {
    ...surroundings(pems, files),
    env,
  })
  return {
    security: config?.kafka.security,
    faults: render('c.yaml', findings.faults),
    warnings: render('c.yaml', findings.warnings).filter(each => each.includes(' kafka.')),
  }
}

const open = '$' + '{'
const brokers = '  brokers: ["k:9093"]\n'
const tls = '  tls: {enabled: true}\n'
const plainTls = { ca: undefined, cert: undefined, key: undefined, checkHostname: true }
const scram = (more: string): string => `  sasl: {mechanism: scram-sha-512, username: u, ${more}}\n`
const sasl = (password: string) => ({ mechanism: 'scram-sha-512', username: 'u', password })

for (const [name, text, env, expected] of [
  ['nothing', brokers, {}, undefined],
  ['TLS by the authorities of the system', `${brokers}${tls}`, {}, { tls: plainTls, sasl: undefined }],
  [
    'TLS with files of its own',
    `${brokers}  tls: {enabled: true, ca: chain.crt, cert: acme.crt, key: acme.key, check_hostname: false}\n`,
    {},
    {
      tls: {
        ca: '/pod/certs/chain.crt',
        cert: '/pod/certs/acme.crt',
        key: '/pod/certs/acme.key',
        checkHostname: false,
      },
      sasl: undefined,
    },
  ],
  ['TLS that is switched off', `${brokers}  tls: {enabled: false, ca: nowhere.crt}\n`, {}, undefined],
  ['a password', `${brokers}${scram('password: canary a')}`, {}, { tls: undefined, sasl: sasl('canary a') }],
  [
    'a password in a file',
    `${brokers}${scram('password_file: password')}`,
    {},
    { tls: undefined, sasl: sasl('canary-in-file') },
  ],
  [
    'a password of the environment',
    `${brokers}${tls}${scram('')}`,
    { PODPIPE_KAFKA_PASSWORD: 'canary' },
    { tls: plainTls, sasl: sasl('canary') },
  ],
  [
    'a password in a file that the environment names',
    `${brokers}${scram('')}`,
    { PODPIPE_KAFKA_PASSWORD_FILE: 'password' },
    { tls: undefined, sasl: sasl('canary-in-file') },
  ],
] as const) {
  test(`kafka: ${name}`, () => {
    const { security, faults, warnings } = read(text, env)
    deepEqual([faults, warnings], [[], []])
    deepEqual(security, expected)
  })
}

for (const [name, text, expected] of [
  ["TLS for podpipe's own Kafka", tls, /c\.yaml:39:8 kafka\.tls: has no meaning for podpipe's own Kafka/],
  [
    "a user for podpipe's own Kafka",
    scram('password: canary'),
    /39:9 kafka\.sasl: has no meaning for podpipe's own/,
  ],
  [
    'authorities without TLS',
    `${brokers}  tls: {ca: chain.crt}\n`,
    /kafka\.tls\.ca: has no effect without enabled: true/,
  ],
  [
    'authorities that are not there',
    `${brokers}  tls: {enabled: true, ca: no.crt}\n`,
    /tls\.ca: there is no file \/pod\/certs\/no\.crt .*TLS to Kafka/,
  ],
  [
    'a certificate without a key',
    `${brokers}  tls: {enabled: true, cert: acme.crt}\n`,
    /tls\.cert: stands without key/,
  ],
  [
    'a key without a certificate',
    `${brokers}  tls: {enabled: true, key: acme.key}\n`,
    /tls\.key: stands without cert/,
  ],
  [
    'a key of another certificate',
    `${brokers}  tls: {enabled: true, cert: acme.crt, key: /strange.key}\n`,
    /tls\.key: .*does not belong to the certificate/,
  ],
  [
    'a mechanism that there is none of',
    `${brokers}  sasl: {mechanism: scram}\n`,
    /sasl\.mechanism: must be one of none, plain, scram-sha-256, scram-sha-512 \(found "scram"\)/,
  ],
  [
    'a user without a mechanism',
    `${brokers}  sasl: {username: u}\n`,
    /sasl\.username: has no effect without mechanism/,
  ],
  [
    'a mechanism without a user',
    `${brokers}  sasl: {mechanism: plain, password: canary}\n  tls: {enabled: true}\n`,
    /sasl\.username: is missing/,
  ],
  ['a mechanism without a password', `${brokers}${scram('')}`, /sasl\.password: is missing/],
  [
    'two passwords',
    `${brokers}${scram('password: canary, password_file: password')}`,
    /sasl\.password_file: stands beside password/,
  ],
  [
    'a variable that is not set',
    `${brokers}${scram(`password: "${open}NO}"`)}`,
    /sasl\.password: the environment variable "NO" is not set/,
  ],
  [
    'a password without a blank before it',
    `${brokers}  sasl:\n    mechanism: plain\n    username: u\n    password:canary\n`,
    /not valid YAML/,
  ],
] as const) {
  test(`kafka: ${name} is explained in one finding, without the password`, () => {
    const { faults } = read(text)
    equal(faults.length, 1, faults.join('\n'))
    match(faults[0] ?? '', expected)
    doesNotMatch(faults.join(), /canary/)
  })
}

test('kafka: a password that goes over the network in clear text is warned of', () => {
  const { faults, warnings } = read(`${brokers}  sasl: {mechanism: plain, username: u, password: canary}\n`)
  deepEqual([faults, warnings.length], [[], 1])
  match(warnings[0] ?? '', /sasl\.mechanism: plain without kafka\.tls sends the password readable/)
})
