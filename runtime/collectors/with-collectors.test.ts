// What collectors of the console do to a configuration, and what a bad one does not do.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Collector } from '@podpipe/schemas/records.ts'
import type { PodpipeConfig } from '../config/config.ts'
import { createPems, surroundings, vendorFile } from '../config/fixture.ts'
import { interpret } from '../config/interpret.ts'
import { seal, sealingKeyOf } from './sealing.ts'
import { type Surroundings, withCollectors } from './with-collectors.ts'

const files = surroundings(await createPems())
const base = interpret(vendorFile, files).config as PodpipeConfig
const key = sealingKeyOf('k'.repeat(32))
const around: Surroundings = { env: {}, now: files.now, readText: files.readText, key }
const apiKey = 'canary-of-a-collector'

function collector(name: string, change: Partial<Collector> & { input?: object } = {}): Collector {
  const { input, ...rest } = change
  const definition = {
    id: 'c1',
    credentials: { cluster_id: `${name}_hosted`, api_key: '' },
    services: { message: { override_tag_base: 'my.own.tag' }, audit: {} },
    ...input,
  }
  return {
    name,
    revision: 1,
    at: files.now,
    by: 'anna',
    what: 'added',
    from_revision: null,
    definition: JSON.stringify(definition),
    secrets: [seal(key, { name, path: 'credentials.api_key' }, apiKey)],
    ...rest,
  }
}

const namesOf = ({ inputs }: PodpipeConfig): string[] =>
  inputs.map(({ name, enabled }) => (enabled ? name : `${name} (disabled)`))

test('a collector is an input beside those of the file, with its key opened and its revision known', () => {
  const config = withCollectors(base, [collector('globex', { revision: 3 })], around)
  deepEqual(namesOf(config), ['proofpoint_on_demand', 'globex'])
  const input = config.inputs[1]
  equal(input?.apiKey, apiKey)
  equal(input?.cluster, 'globex_hosted')
  deepEqual(input?.collector, { revision: 3 })
  deepEqual(
    input?.services.map(({ service, tag }) => [service, tag]),
    [
      ['message', 'my.own.tag'],
      ['audit', 'mail.proofpoint.pod.audit'],
    ],
  )
  deepEqual(config.collectors, [{ name: 'globex', revision: 3, problem: undefined }])
  deepEqual(config.services, base.services)
})

test('adding them again replaces those that were there', () => {
  const once = withCollectors(base, [collector('globex'), collector('initech')], around)
  deepEqual(namesOf(withCollectors(once, [collector('initech')], around)), [
    'proofpoint_on_demand',
    'initech',
  ])
})

test('a removed one is a disabled input, so that its events on their way keep their tag', () => {
  const config = withCollectors(base, [collector('globex', { what: 'removed', revision: 2 })], around)
  deepEqual(namesOf(config), ['proofpoint_on_demand', 'globex (disabled)'])
  equal(config.inputs[1]?.services[0]?.tag, 'my.own.tag')
  deepEqual(config.collectors, [])
})

test('a service without sessions needs no key, and has none', () => {
  const config = withCollectors(base, [collector('globex')], { ...around, key: 'not needed' })
  deepEqual(namesOf(config), ['proofpoint_on_demand', 'globex'])
  doesNotMatch(JSON.stringify(config), new RegExp(apiKey))
})

for (const [what, bad, said, surroundings = around] of [
  ['another key', collector('bad'), /sealed with the key/, { ...around, key: sealingKeyOf('x'.repeat(32)) }],
  ['no key', collector('bad'), /no console\.secret_key is set here/, { ...around, key: undefined }],
  ['no JSON', collector('bad', { definition: '{"id": ' }), /not valid JSON/],
  ['a list', collector('bad', { definition: '[]' }), /is no input/],
  ['a missing key', collector('bad', { secrets: [] }), /credentials\.api_key is empty/],
  ['an unknown key', collector('bad', { input: { servces: {} } }), /did you mean/],
  [
    'the name of an input of the file',
    collector('proofpoint_on_demand'),
    /is an input of the configuration file/,
  ],
  [
    'a stream that the file reads',
    collector('bad', { input: { credentials: { cluster_id: 'acme_hosted', api_key: '' } } }),
    /reads the same stream of acme_hosted as the input proofpoint_on_demand/,
  ],
  [
    'a kind of event without topics',
    collector('bad', { input: { services: { quarantine: { type: 'quarantine' } } } }),
    /inputs\.bad\.services\.quarantine is a kind of event without topics/,
  ],
  [
    'the file of a key',
    collector('bad', {
      input: { credentials: { cluster_id: 'c', api_key: '', api_key_file: '/etc/passwd' } },
    }),
    /api_key_file names a file/,
  ],
  [
    'a variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a person may write
    collector('bad', { input: { environment: '${KAFKA_PASSWORD}' } }),
    /environment names a variable of the environment/,
  ],
] as const satisfies readonly (readonly [string, Collector, RegExp, Surroundings?])[]) {
  test(`${what}: said, left out, and the others go on`, () => {
    const env = { PODPIPE_API_KEY: 'of-the-environment', KAFKA_PASSWORD: 'of-kafka' }
    const config = withCollectors(base, [bad, collector('good')], { ...surroundings, env })
    const states = new Map(config.collectors?.map(({ name, problem }) => [name, problem]))
    match(states.get(bad.name) ?? '', said)
    doesNotMatch(JSON.stringify([...states]), new RegExp(`${apiKey}|of-the-environment|of-kafka`))
    const isKeyWrong = surroundings.key !== key
    deepEqual(
      config.inputs.filter(({ collector }) => collector !== undefined).map(({ name }) => name),
      isKeyWrong ? [] : ['good'],
    )
  })
}

test('of two for one stream the first by name runs, and the other one says so', () => {
  const both = [collector('b'), collector('a')].map(each => ({
    ...each,
    definition: each.definition.replace(/[ab]_hosted/, 'one_hosted'),
  }))
  const config = withCollectors(base, both, around)
  deepEqual(namesOf(config), ['proofpoint_on_demand', 'a'])
  match(config.collectors?.[1]?.problem ?? '', /reads the same stream of one_hosted as the input a/)
})
