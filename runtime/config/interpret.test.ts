import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, isSampleWarning, secret, surroundings, vendorFile, withLine } from './fixture.ts'
import { interpret } from './interpret.ts'
import { render } from './reading/findings.ts'
import { homeOf } from './reading/locate.ts'

const pems = await createPems()

function read(text: string, env: NodeJS.ProcessEnv = {}) {
  const { config, findings } = interpret(text, { ...surroundings(pems), env })
  const warnings = (config?.warnings ?? []).filter(each => !isSampleWarning(each))
  return { config, faults: render('config.yaml', findings.faults), warnings }
}

test("the vendor's documented file passes unchanged, and podpipe's own keys have their defaults", () => {
  const { config, faults } = read(vendorFile)
  deepEqual(faults, [])
  const stream = {
    requestPeriodMs: 60_000,
    startTime: undefined,
    startAt: undefined,
    url: 'wss://127.0.0.1:8443/v1/stream',
    ca: undefined,
    proxy: undefined,
  }
  deepEqual(config, {
    file: '/pod/config/config.yaml',
    files: ['/pod/config/config.yaml'],
    directory: '/pod',
    debug: false,
    multiprocessing: true,
    id: 'not_used',
    name: 'proofpoint-on-demand',
    stateDirectory: '/pod/state',
    kafka: { brokers: [], prefix: 'pod', partitions: 6, heap: '512m', security: undefined },
    inputs: [
      {
        name: 'proofpoint_on_demand',
        id: '12345',
        enabled: true,
        cluster: 'acme_hosted',
        apiKey: secret,
        backfillApiKey: undefined,
        environment: 'prod',
        services: [
          {
            service: 'message',
            type: 'message',
            idField: 'guid',
            timeField: 'ts',
            tag: 'mail.proofpoint.pod.message',
            ...stream,
          },
          {
            service: 'maillog',
            type: 'maillog',
            idField: 'id',
            timeField: 'ts',
            tag: 'mail.proofpoint.pod.maillog',
            ...stream,
          },
        ],
      },
    ],
    services: ['message', 'maillog', 'audit'],
    outputs: [
      {
        name: 'devo_1',
        enabled: true,
        services: ['message', 'maillog', 'audit'],
        maxEventBytes: undefined,
        kind: 'tls',
        confirm: 'auto',
        connections: 4,
        compression: { threshold: 1.1, level: 6, bufferBytes: 51_200 },
        address: 'collector-us.devo.io',
        port: 443,
        chain: '/pod/certs/chain.crt',
        cert: '/pod/certs/acme.crt',
        key: '/pod/certs/acme.key',
        checkHostname: true,
        securityLevel: undefined,
        systemRoots: true,
      },
    ],
    ingest: { maxInFlightBytes: 67_108_864, pauseLimitMs: 20_000, pingIntervalMs: 60_000, reconcile: false },
    dedup: {
      windowMs: 3_600_000,
      archiveWindowMs: 10_800_000,
      maxMemory: 4 * 2 ** 30,
      variants: 'reject',
      batchWaitMs: 100,
      batchEvents: 2000,
    },
    forwarder: {
      stretchEvents: 4000,
      stretchBytes: 4_194_304,
      stretchMs: 5000,
      maxBufferedBytes: 67_108_864,
      host: 'pod-1',
    },
    http: { bind: '127.0.0.1', ports: { ingest: 8101, dedup: 8102, forwarder: 8103, console: 8104 } },
    console: {
      secretKey: undefined,
      enabled: true,
      host: '127.0.0.1',
      port: 8100,
      basePath: '/',
      services: [],
      users: [],
      content: 'operator',
      session: { idleMs: 3_600_000, lifeMs: 43_200_000 },
      publicUrl: undefined,
      groups: {
        viewer: ['podpipe-viewers'],
        operator: ['podpipe-operators'],
        admin: ['podpipe-admins'],
        otherwise: 'none',
      },
      proxy: { addresses: [], userHeader: undefined, groupsHeader: undefined },
      oidc: undefined,
      tls: undefined,
    },
    monitoringOutput: undefined,
    stopBudgetMs: 20_000,
    logLevel: 'info',
    warnings: [
      "config.yaml:3:7 globals.id: has 8 characters, and the vendor's rule is 1 to 5; the vendor's sample does not keep to such rules, so podpipe takes it as it is; nothing has to be done",
      "config.yaml:4:9 globals.name: has 20 characters, and the vendor's rule is 1 to 10; the vendor's sample does not keep to such rules, so podpipe takes it as it is; nothing has to be done",
    ],
  })
})

for (const [name, text, expected] of [
  ['an unknown key at the top', `${vendorFile}forwader: {}\n`, /^config.yaml:38:1 forwader: .*"forwarder"/],
  ['an unknown global', withLine('  id: not_used', '  idd: x'), /^config.yaml:3:3 globals.idd: .*"id"/],
  [
    'an unknown output key',
    withLine('address:', 'adress:'),
    /^config.yaml:13:7 outputs.devo_1.config.adress: /,
  ],
  [
    'an unknown key far from any',
    withLine('port:', 'whereto:'),
    /known keys: address, port, type, .*; correct it or remove it/,
  ],
  ['missing inputs', vendorFile.split('inputs:')[0] ?? '', /^config.yaml:1:1 inputs: is missing/],
  ['keys in place of a value', withLine('acme_hosted', '{a: b}'), /must be a single value, found keys/],
  ['a value in place of keys', withLine('inputs:', 'inputs: 5\nxinputs:'), /inputs: must hold keys/],
  ['a list in place of keys', '- inputs\n', /^config.yaml:1:1: the file does not hold keys/],
  ['an empty file', '# nothing\n', /the file is empty; .*podpipe config example/],
  ['a bad broker', `${vendorFile}kafka: {brokers: ["a:1", "b"]}\n`, /38:18 kafka.brokers: holds "b"/],
  ['no partitions', `${vendorFile}kafka: {partitions: 0}\n`, /kafka.partitions: .*from 1 to 1000/],
  ['too many partitions', `${vendorFile}kafka: {partitions: 1001}\n`, /kafka.partitions: .*from 1 to 1000/],
  [
    'a short window',
    `${vendorFile}dedup: {window: 9s}\n`,
    /dedup.window: must be a duration from 10s to 30d/,
  ],
  [
    'an archive window below the window',
    `${vendorFile}dedup: {window: 4h, archive_window: 3h}\n`,
    /archive_window: is shorter/,
  ],
  [
    'a fate of variants that there is none of',
    `${vendorFile}dedup: {variants: drop}\n`,
    /dedup.variants: must be one of reject, forward \(found "drop"\); choose one/,
  ],
  [
    'one port for two services',
    `${vendorFile}http: {dedup_port: 8101}\n`,
    /38:20 http.dedup_port: is 8101, as ingest_port/,
  ],
] as const) {
  test(`${name} is explained in one finding`, () => {
    const { faults } = read(text)
    match(faults.join('\n'), expected)
    doesNotMatch(faults.join('\n'), new RegExp(secret))
    equal(name.startsWith('a value in place') || faults.length === 1, true, faults.join('\n'))
  })
}

test('all faults are found at once, in the order of the file', () => {
  const text = vendorFile.replace('443', 'x').replace('debug: false', 'debug: 7').replace('12345', '')
  const places = read(text).faults.map(line => line.split(' ')[0])
  deepEqual(places, ['config.yaml:2:10', 'config.yaml:14:13', 'config.yaml:21:5'])
})

test('two clusters, and one cluster that is disabled once, are no conflict', () => {
  const more = (cluster: string, enabled: boolean) =>
    `  two: {id: 2, enabled: ${enabled}, credentials: {cluster_id: ${cluster}, api_key: k}, services: {message: {}}}\n`
  deepEqual(read(vendorFile + more('other', true)).faults, [])
  deepEqual(read(vendorFile + more('acme_hosted', false)).faults, [])
})

test('ids and keys of digits only keep every digit', () => {
  const text = withLine('12345', '0012').replace(secret, '00000000000000000000001')
  const input = read(text).config?.inputs[0]
  equal(input?.id, '0012')
  equal(input?.apiKey, '00000000000000000000001')
})

test('the environment goes before the file, and an empty variable counts as none', () => {
  const text = `${vendorFile}kafka: {brokers: ["file:1"]}\nlog_level: warn\n`
  const named = read(text, { PODPIPE_KAFKA_BROKERS: 'a:1,b:2', PODPIPE_LOG_LEVEL: 'error' }).config
  deepEqual([named?.kafka.brokers, named?.logLevel], [['a:1', 'b:2'], 'error'])
  const empty = read(text, { PODPIPE_KAFKA_BROKERS: '', PODPIPE_LOG_LEVEL: '' }).config
  deepEqual([empty?.kafka.brokers, empty?.logLevel], [['file:1'], 'warn'])
})

test('a fault in the environment names the variable', () => {
  match(
    read(vendorFile, { PODPIPE_KAFKA_BROKERS: 'x' }).faults.join(),
    /^environment variable PODPIPE_KAFKA_BROKERS/,
  )
})

test('debug logs everything unless a level is named', () => {
  const debug = vendorFile.replace('debug: false', 'debug: true')
  equal(read(debug).config?.logLevel, 'debug')
  equal(read(`${debug}log_level: warn\n`).config?.logLevel, 'warn')
})

test('the archive window is never shorter than the window', () => {
  const { config, faults } = read(`${vendorFile}dedup: {window: 4h}\n`)
  deepEqual(faults, [])
  equal(config?.dedup.archiveWindowMs, 14_400_000)
})

test('certs and state are beside a folder named config, else beside the file', () => {
  equal(homeOf('/pod/config/config.yaml'), '/pod')
  equal(homeOf('/pod/my.yaml'), '/pod')
})

test('variants are published where the file says so', () => {
  const { config, faults } = read(`${vendorFile}dedup: {variants: forward}\n`)
  deepEqual(faults, [])
  equal(config?.dedup.variants, 'forward')
})

for (const [window, expected] of [
  ['3h', []],
  [
    '179m',
    [
      'config.yaml:38:37 dedup.archive_window: is below 3h; podpipe fetches an hour again up to 2.5h after its first events, and what it has forgotten by then is published twice; make it at least 3h or remove it',
    ],
  ],
] as const) {
  test(`an archive window of ${window} is ${expected.length === 0 ? 'good' : 'warned of'}`, () => {
    const { faults, warnings } = read(`${vendorFile}dedup: {window: 1h, archive_window: ${window}}\n`)
    deepEqual([faults, warnings], [[], expected])
  })
}
