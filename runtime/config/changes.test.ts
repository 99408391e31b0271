// What each change of the configuration takes: a row for each key, and nothing that no row covers.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { changesBetween, type Effect, rules, usableNow } from './changes.ts'
import type { PodpipeConfig } from './config.ts'
import { createPems, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'

const around = surroundings(await createPems(), { '/pod/certs/second.key': 'another-key' })

function read(text: string): PodpipeConfig {
  const { config, findings } = interpret(text, around)
  deepEqual(findings.faults, [])
  if (config === undefined) throw new Error('the text has no configuration')
  return config
}

const before = read(vendorFile)
const changed = (text: string) =>
  changesBetween(before, read(text)).map(({ key, what, effect }) => [key, what, effect])
const withOutput = `${vendorFile}`.replace(
  'inputs:\n',
  '  spare:\n    type: syslog\n    config: {address: localhost, port: 13000}\ninputs:\n',
)
const secondInput = `${vendorFile}  second:
    id: 2
    credentials: {cluster_id: other_hosted, api_key: other}
    services: {audit: {}}
`

for (const [name, text, expected] of [
  ['nothing', vendorFile, []],
  ['a comment', `# x\n${vendorFile}`, []],
  ['the level of the log', `${vendorFile}log_level: debug\n`, [['log_level', 'changed', 'live']]],
  ['a batch', `${vendorFile}dedup: {batch_events: 7}\n`, [['dedup.batch_events', 'changed', 'live']]],
  ['a window', `${vendorFile}dedup: {window: 2h}\n`, [['dedup.window', 'changed', 'restart']]],
  [
    'a stretch',
    `${vendorFile}forwarder: {stretch_events: 7}\n`,
    [['forwarder.stretch_events', 'changed', 'part']],
  ],
  ['a new input', secondInput, [['inputs.second', 'added', 'part']]],
  [
    'a disabled input',
    secondInput.replace('    id: 2', '    id: 2\n    enabled: false'),
    [['inputs.second', 'added', 'part']],
  ],
  ['a new output', withOutput, [['outputs.spare', 'added', 'part']]],
  ['an address', vendorFile.replace('collector-us', 'collector-eu'), [['outputs.devo_1', 'changed', 'part']]],
  [
    'a new key',
    vendorFile.replace('canary-secret-key', 'other'),
    [['inputs.proofpoint_on_demand.credentials', 'changed', 'live']],
  ],
  [
    'a second key, with which live and archive run side by side',
    vendorFile.replace('      api_key:', '      backfill_api_key: other\n      api_key:'),
    [
      ['inputs.proofpoint_on_demand', 'changed', 'part'],
      ['inputs.proofpoint_on_demand.credentials', 'changed', 'live'],
    ],
  ],
  [
    'a tag',
    vendorFile.replace('override_tag_base:', 'override_tag_base: my.app.pod.message'),
    [['inputs.proofpoint_on_demand.services.message', 'changed', 'live']],
  ],
  [
    'the pace of one service',
    vendorFile.replace('request_period_in_seconds: 60', 'request_period_in_seconds: 61'),
    [['inputs.proofpoint_on_demand.services.message', 'changed', 'part']],
  ],
  [
    'one more service',
    `${vendorFile}      audit: {}\n`,
    [['inputs.proofpoint_on_demand.services.audit', 'added', 'part']],
  ],
  [
    'a kind of event that has no topics yet',
    `${vendorFile}      new: {type: new}\n`,
    [['inputs.*.services', 'changed', 'restart']],
  ],
  [
    'another cluster',
    vendorFile.replace('acme_hosted', 'other'),
    [['inputs.proofpoint_on_demand', 'changed', 'part']],
  ],
] as const satisfies readonly (readonly [string, string, readonly (readonly [string, string, Effect])[]])[]) {
  test(`${name}: ${JSON.stringify(expected)}`, () => deepEqual(changed(text), expected))
}

/** The paths of all values, down to lists and single values. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, each]) => leaves(each, path === '' ? key : `${path}.${key}`))
}

/** What is compared one by one, and what only says where the rest comes from. */
const others = ['inputs', 'outputs', 'file', 'files', 'directory', 'warnings']

test('every value of the configuration has its row, and each row a value', () => {
  deepEqual(
    rules.map(({ at }) => at.join('.')).sort(),
    leaves(before)
      .filter(path => !others.includes(path))
      .sort(),
  )
})

test('what needs a restart stays as it was, and says why', () => {
  for (const { at, effect, why, key } of rules.filter(rule => rule.effect === 'restart')) {
    match(why ?? '', /\w/, key)
    const after = at.reduceRight<unknown>(
      (value, step) => ({ [step]: value }),
      'changed',
    ) as Partial<PodpipeConfig>
    const [step = ''] = at
    const whole = {
      ...before,
      [step]:
        at.length === 1
          ? 'changed'
          : { ...((before as never)[step] as object), ...((after as never)[step] as object) },
    }
    if (key === 'inputs.*.services' || at.length > 2) continue
    equal(
      JSON.stringify(usableNow(before, whole as PodpipeConfig)),
      JSON.stringify(before),
      `${key} ${effect}`,
    )
  }
})

test('a kind of event without topics is neither read nor delivered before the restart', () => {
  const usable = usableNow(before, read(`${vendorFile}      new: {type: new}\n`))
  deepEqual(usable.services, before.services)
  deepEqual(
    usable.inputs[0]?.services.map(({ service }) => service),
    ['message', 'maillog'],
  )
  deepEqual(usable.outputs[0]?.services, before.services)
})

test('docs/reload.md has a row for each key, with what it takes', () => {
  const page = readFileSync(new URL('../../docs/reload.md', import.meta.url), 'utf8')
  for (const { key, effect, why } of rules) {
    const row = page.split('\n').find(line => line.startsWith(`| \`${key}\` `)) ?? ''
    equal(row.split('|')[2]?.trim(), effect, `${key}: ${row}`)
    if (why !== undefined) equal(row.includes(why), true, `${key}: ${row}`)
  }
})
