// The vendor's cloud JSON, and a configuration in several files.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { cloudJson, createPems, surroundings } from './fixture.ts'
import { interpretAll } from './interpret.ts'
import { render } from './reading/findings.ts'

const outputs = `globals:
  id: not_used
  name: proofpoint-on-demand
  debug: true
  persistence: {type: filesystem, config: {directory_name: state}}
outputs:
  devo_1:
    type: devo_platform
    config: {address: collector-us.devo.io, port: 443, chain: chain.crt, cert: acme.crt, key: acme.key}
`

const around = surroundings(await createPems())

function read(json: string, yaml?: string) {
  const sources = [{ name: 'cloud.json', text: json, form: 'json' as const }]
  const { config, findings } = interpretAll(
    yaml === undefined ? sources : [...sources, { name: 'config.yaml', text: yaml, form: 'yaml' }],
    around,
  )
  return { config, faults: render('cloud.json', findings.faults) }
}

test("the vendor's cloud JSON and a file of outputs are one configuration, and the overrides count", () => {
  const { config, faults } = read(cloudJson, outputs)
  deepEqual(faults, [])
  equal(config?.debug, false)
  equal(config?.name, 'proofpoint-on-demand')
  const [input] = config?.inputs ?? []
  equal(input?.id, '12345')
  deepEqual(
    input?.services.map(({ service, requestPeriodMs }) => [service, requestPeriodMs]),
    [
      ['message', 60_000],
      ['maillog', 60_000],
    ],
  )
  equal(config?.outputs[0]?.name, 'devo_1')
})

test('its placeholders are each named with their line', () => {
  const { faults } = read(cloudJson.replace('"acme_hosted"', '"<cluster_id>"'), outputs)
  equal(faults.length, 1)
  match(
    faults[0] ?? '',
    /^cloud.json:10:23 inputs.proofpoint_on_demand.credentials.cluster_id: still holds the placeholder/,
  )
})

test('without outputs it says where they are to be named, and nothing else', () => {
  const { faults } = read(cloudJson)
  equal(faults.length, 1)
  match(faults[0] ?? '', /^cloud.json:2:3 outputs: are missing; .* second --config/)
})

test('faults in several files come file by file, each with its own place', () => {
  const { faults } = read(
    cloudJson.replace('"enabled": true', '"enabled": 5').replace('"debug": false', '"debug": 6'),
    outputs.replace('port: 443', 'port: x'),
  )
  deepEqual(
    faults.map(fault => fault.split(' ')[0]),
    ['cloud.json:3:14', 'cloud.json:8:18', 'config.yaml:9:51'],
  )
})

test('a part that is in two files is refused, with both places', () => {
  const { faults } = read(cloudJson, `${outputs}inputs: {}\n`)
  match(faults[0] ?? '', /^config.yaml:10:1 inputs: is in cloud.json:5:3 too; .*remove one of the two$/)
})

test('nothing of one file counts while another one cannot be parsed', () => {
  const { config, faults } = read(`${cloudJson},`, outputs)
  equal(config, undefined)
  match(faults[0] ?? '', /^cloud.json:27:2: this is not valid JSON/)
})
