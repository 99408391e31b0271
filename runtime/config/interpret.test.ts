import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, isSampleWarning, secret, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'
import { render } from './reading/findings.ts'
import { homeOf } from './reading/locate.ts'
import { outputKinds } from './schema/outputs.ts'

const pems = await createPems()

function read(text: string, env: NodeJS.ProcessEnv = {}, more: Record<string, string> = {}) {
  const { config, findings } = interpret(text, { ...surroundings(pems, more), env })
  const warnings = (config?.warnings ?? []).filter(each => !isSampleWarning(each))
  return { config, faults: render('config.yaml', findings.faults), warnings }
}

/** The vendor's file with one line replaced; a replacement that finds nothing would test nothing. */
function withLine(line: string, replacement: string): string {
  equal(vendorFile.includes(line), true, `the fixture has no line ${line}`)
  return vendorFile.replace(line, replacement)
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
    kafka: { brokers: [], prefix: 'pod', partitions: 6, heap: '512m' },
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
      stretchBytes: 1_572_864,
      stretchMs: 5000,
      maxBufferedBytes: 67_108_864,
      host: 'pod-1',
    },
    http: { bind: '127.0.0.1', ports: { ingest: 8101, dedup: 8102, forwarder: 8103 } },
    stopBudgetMs: 20_000,
    logLevel: 'info',
    warnings: [
      "config.yaml:3:7 globals.id: has 8 characters, and the vendor's rule is 1 to 5; podpipe takes it as it is, as the vendor's own sample breaks that rule; nothing has to be done",
      "config.yaml:4:9 globals.name: has 20 characters, and the vendor's rule is 1 to 10; podpipe takes it as it is, as the vendor's own sample breaks that rule; nothing has to be done",
    ],
  })
})

const services = 'services:\n      message:\n'
const typeLine = '    type: devo_platform\n'

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
  [
    'a wrong type',
    withLine('enabled: true', 'enabled: 5'),
    /22:14 .*yes or no \(found 5\); write true or false/,
  ],
  ['a missing cluster', withLine('      cluster_id: acme_hosted\n', ''), /23:5 .*cluster_id: is missing/],
  ['an empty key', withLine(secret, ''), /25:7 .*credentials.api_key: has no value/],
  ['missing inputs', vendorFile.split('inputs:')[0] ?? '', /^config.yaml:1:1 inputs: is missing/],
  [
    'a placeholder in a file name',
    withLine('acme.crt', '<devo_domain>.crt'),
    /17:13 .*"<devo_domain>"; fill/,
  ],
  ['a placeholder for the id', withLine('12345', '<unique_id>'), /placeholder "<unique_id>"/],
  ['a placeholder for the key', withLine(secret, '<api_key>'), /api_key: still holds the placeholder/],
  ['a port out of bounds', withLine('port: 443', 'port: 65536'), /14:13 .*from 1 to 65535 \(found 65536\); /],
  ['a period of 0', withLine('seconds: 60', 'seconds: 0'), /from 1 to 2147483 \(found 0\)/],
  ['a start_time that is none', withLine('start_time:', 'start_time: soon'), /30:21 .*date and time/],
  [
    'a start_time in the future',
    withLine('start_time:', 'start_time: 2024-06-01T00:00:01Z'),
    /30:21 .*message.start_time: lies in the future .*; correct it/,
  ],
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
  ['a tag of two levels', withLine('tag_base:', 'tag_base: a.b'), /at least 3 levels/],
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
  [
    'no output',
    `${vendorFile.replace(/outputs:.*inputs:/s, 'outputs: {}\ninputs:')}`,
    /outputs: has no output/,
  ],
  [
    'an output of an unknown type',
    withLine(typeLine, '    type: devo\n'),
    /11:11 .*unknown type "devo"; .*known types: devo_platform, relay, syslog, in_house_relay, sidecar, console, stdout; choose/,
  ],
  ['a slip in the type of an output', withLine(typeLine, '    type: sislog\n'), /did you mean "syslog"/],
  [
    'an evidence that there is none of',
    withLine(typeLine, `${typeLine}    confirm: sent\n`),
    /12:14 outputs.devo_1.confirm: must be one of auto, closed, acked, written \(found "sent"\); choose one/,
  ],
  [
    'no connection at all',
    withLine(typeLine, `${typeLine}    connections: 0\n`),
    /12:18 outputs.devo_1.connections: must be a whole number from 1 to 64/,
  ],
  [
    'connections of an output that has none',
    vendorFile.replace(/outputs:.*inputs:/s, 'outputs: {shown: {type: stdout, connections: 2}}\ninputs:'),
    /outputs.shown.connections: unknown key "connections"/,
  ],
  [
    'an output of a service that there is none of',
    withLine(typeLine, `${typeLine}    services: [mesage]\n`),
    /outputs.devo_1.services: unknown service "mesage"; .*did you mean "message"/,
  ],
  [
    'an output of no service',
    withLine(typeLine, `${typeLine}    services: []\n`),
    /outputs.devo_1.services: must be a list of names/,
  ],
  [
    'a disabled output alone',
    withLine(typeLine, `${typeLine}    enabled: no\n`),
    /outputs: has no enabled output/,
  ],
  [
    'a limit of events below anything sensible',
    withLine(typeLine, `${typeLine}    max_event_bytes: 10\n`),
    /max_event_bytes: must be a size from 1KiB to 16MiB/,
  ],
  [
    'a level of compression that gzip does not have',
    withLine(typeLine, `${typeLine}    compression: {level: 10}\n`),
    /compression.level: must be a whole number from -1 to 9/,
  ],
  [
    'a plain output with a certificate',
    `${vendorFile.replace(/outputs:.*inputs:/s, 'outputs: {r: {type: syslog, config: {address: a, port: 1, cert_loc: c.crt}}}\ninputs:')}`,
    /outputs.r.config.cert_loc: belongs to TLS, .*readable; choose the type relay, or remove/,
  ],
  [
    'a plain output that says SSL',
    `${vendorFile.replace(/outputs:.*inputs:/s, 'outputs: {r: {type: sidecar, config: {address: a, port: 1, type: SSL}}}\ninputs:')}`,
    /outputs.r.config.type: must be TCP, found "SSL"; .*relay for TLS/,
  ],
  [
    'a plain output without a port',
    `${vendorFile.replace(/outputs:.*inputs:/s, 'outputs: {r: {type: syslog, config: {address: a}}}\ninputs:')}`,
    /outputs.r.config.port: is missing; .*13000 is a Devo relay's/,
  ],
  ['a transport without TLS', withLine('type: SSL', 'type: TCP'), /must be SSL, found "TCP"/],
  [
    'two names for one key',
    withLine('port: 443', 'url: x.io'),
    /14:7 .*config.url: is another name for "address"/,
  ],
  [
    'a missing certificate',
    withLine('acme.crt', 'nope.crt'),
    /no file \/pod\/certs\/nope.crt and no \/pod\/credentials\/nope.crt and no \/pod\/nope/,
  ],
  [
    'swapped certificate and key',
    withLine('cert: acme.crt', 'cert: acme.key'),
    /17:13 .*holds a private key/,
  ],
  [
    'a key of another certificate',
    withLine('acme.key', '/strange.key'),
    /does not belong to the certificate/,
  ],
  ['keys in place of a value', withLine('acme_hosted', '{a: b}'), /must be a single value, found keys/],
  ['a value in place of keys', withLine('inputs:', 'inputs: 5\nxinputs:'), /inputs: must hold keys/],
  ['a list in place of keys', '- inputs\n', /^config.yaml:1:1: the file does not hold keys/],
  ['an empty file', '# nothing\n', /the file is empty; .*config.example.yaml/],
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
  ['a name that does not fit', withLine('  devo_1:', '  devo 1:'), /no good name/],
] as const) {
  test(`${name} is explained in one finding`, () => {
    const { faults } = read(text, {}, { '/strange.key': pems.strangeKey })
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

for (const [name, text, expected] of [
  [
    'a start_time beyond 30 days',
    withLine('start_time:', 'start_time: 2024-05-01T23:59:59Z'),
    /30:21 .*message.start_time: is clamped: .*30 days/,
  ],
  [
    'a clear-text URL that is allowed',
    withLine('base: wss:', 'base: ws:').replace('start_time:', 'allow_insecure: true'),
    /32:28 .*override_url_base: is ws:\/\/, as allow_insecure permits: .*can read the API key/,
  ],
  [
    'state in memory',
    withLine('type: filesystem', 'type: memory'),
    /6:11 .*memory has no meaning in podpipe/,
  ],
  [
    'a queue',
    withLine('globals:', 'globals:\n  queue_max_size_in_mb: 1'),
    /2:3 .*no meaning in podpipe: Kafka/,
  ],
  ['retries', withLine('port: 443', 'port: 443\n      sending_retries: 5'), /15:7 .*no meaning in podpipe/],
] as const) {
  test(`${name} is taken with one warning`, () => {
    const { faults, warnings } = read(text)
    deepEqual(faults, [])
    equal(warnings.length, 1)
    match(warnings[0] ?? '', expected)
  })
}

test("the vendor's other names for keys are taken", () => {
  const text = vendorFile
    .replace('address:', 'location:')
    .replace('chain:', 'chain_loc:')
    .replace('cert:', 'cert_loc:')
    .replace('key: acme', 'key_loc: acme')
    .replace('devo_platform', 'relay')
  const { config, faults } = read(text)
  deepEqual(faults, [])
  const [output] = config?.outputs ?? []
  equal(output?.kind === 'tls' && output.address, 'collector-us.devo.io')
  equal(output?.kind === 'tls' && output.key, '/pod/certs/acme.key')
})

for (const [type, kind] of Object.entries(outputKinds).filter(([, each]) => each !== 'tls'))
  test(`an output of type ${type} needs no certificate, and stands beside another`, () => {
    const config = kind === 'tcp' ? 'config: {url: 127.0.0.1, port: 13000, sending_retries: 5}, ' : ''
    const text = vendorFile.replace(
      'outputs:\n',
      `outputs:\n  o_2: {type: ${type}, ${config}enabled: no, services: [audit], max_event_bytes: 1MiB}\n`,
    )
    const { config: outcome, faults } = read(text)
    deepEqual(faults, [])
    const common = { name: 'o_2', enabled: false, services: ['audit'], maxEventBytes: 1_048_576 }
    const way = kind === 'tcp' ? { address: '127.0.0.1', port: 13_000, confirm: 'auto', connections: 4 } : {}
    deepEqual(outcome?.outputs[0], { ...common, kind, ...way })
    equal(outcome?.outputs[1]?.name, 'devo_1')
  })

test("the vendor's globals for compression count where an output says nothing", () => {
  const text = vendorFile
    .replace('globals:', 'globals:\n  devo_sender_threshold_for_using_gzip_in_transport_layer: -1')
    .replace('globals:', 'globals:\n  devo_sender_compression_buffer_in_bytes: 19500')
    .replace(typeLine, `${typeLine}    compression: {level: 1}\n`)
  const { config, faults, warnings } = read(text)
  deepEqual([faults, warnings], [[], []])
  const [output] = config?.outputs ?? []
  deepEqual(output?.kind === 'tls' && output.compression, { threshold: -1, level: 1, bufferBytes: 19_500 })
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
