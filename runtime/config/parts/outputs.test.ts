import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, isSampleWarning, secret, surroundings, vendorFile, withLine } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from '../reading/findings.ts'
import { outputKinds } from '../schema/outputs.ts'

const pems = await createPems()
const around = surroundings(pems, { '/strange.key': pems.strangeKey })

function read(text: string) {
  const { config, findings } = interpret(text, around)
  const warnings = (config?.warnings ?? []).filter(each => !isSampleWarning(each))
  return { config, faults: render('config.yaml', findings.faults), warnings }
}

const typeLine = '    type: devo_platform\n'

for (const [name, text, expected] of [
  [
    'a placeholder in a file name',
    withLine('acme.crt', '<devo_domain>.crt'),
    /17:13 .*"<devo_domain>"; fill/,
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
  ['a name that does not fit', withLine('  devo_1:', '  devo 1:'), /no good name/],
] as const) {
  test(`${name} is explained in one finding`, () => {
    const { faults } = read(text)
    equal(faults.length, 1, faults.join('\n'))
    match(faults[0] ?? '', expected)
    doesNotMatch(faults[0] ?? '', new RegExp(secret))
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
