import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, secret, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { isItem, type Shape } from '../schema/shape.ts'
import { topLevelKeys } from '../schema/top-level.ts'
import { shownOf, shownText } from './show.ts'

const around = surroundings(await createPems())
const key = 'inputs.proofpoint_on_demand.credentials.api_key'
const stream = 'inputs.proofpoint_on_demand.services.message'

function show(text: string, env: NodeJS.ProcessEnv = {}) {
  const { findings, readings } = interpret(text, { ...around, env })
  deepEqual(findings.faults, [])
  return shownOf(readings, 'c.yaml')
}

for (const [name, path, text, env, expected] of [
  ['a value of the file', 'outputs.devo_1.config.port', vendorFile, {}, [443, 'c.yaml:14:13']],
  ['a default', 'kafka.partitions', vendorFile, {}, [6, 'default']],
  [
    'a default that depends on others',
    'dedup.archive_window',
    `${vendorFile}dedup: {window: 4h}\n`,
    {},
    ['4h', 'default'],
  ],
  ['the name of this machine', 'forwarder.host', vendorFile, {}, ['pod-1', 'default']],
  [
    'what a key of globals means for an output',
    'outputs.devo_1.compression.level',
    vendorFile,
    {},
    [6, 'default'],
  ],
  [
    'a tag that nobody has overridden',
    `${stream}.override_tag_base`,
    vendorFile,
    {},
    ['mail.proofpoint.pod.message', 'default'],
  ],
  ['a key without a value', `${stream}.start_time`, vendorFile, {}, [null, 'default']],
  [
    'a variable that goes before the file',
    'log_level',
    `${vendorFile}log_level: warn\n`,
    { PODPIPE_LOG_LEVEL: 'error' },
    ['error', 'environment variable PODPIPE_LOG_LEVEL'],
  ],
  [
    'a variable in the file',
    'kafka.prefix',
    `${vendorFile}kafka: {prefix: "\${P}"}\n`,
    { P: 'mine' },
    ['mine', 'c.yaml:38:17'],
  ],
  ['a secret of the file', key, vendorFile, {}, ['(secret)', 'c.yaml:25:16']],
  [
    'a secret of the environment',
    key,
    vendorFile.replace(secret, ''),
    { PODPIPE_API_KEY: secret },
    ['(secret)', 'environment variable PODPIPE_API_KEY'],
  ],
  [
    'a secret that there is none of',
    'inputs.proofpoint_on_demand.credentials.backfill_api_key',
    vendorFile,
    {},
    [null, 'default'],
  ],
  [
    'the proxy of the environment',
    'inputs.proofpoint_on_demand.proxy',
    vendorFile.replaceAll('127.0.0.1', 'pod.example'),
    { HTTPS_PROXY: `http://u:${secret}@p:1` },
    ['(secret)', 'environment variable HTTPS_PROXY'],
  ],
] as const) {
  test(`config show: ${name}`, () => {
    const shown = show(text, env)
    const found = shown.find(each => each.key === path)
    deepEqual([found?.value, found?.from], expected)
    doesNotMatch(JSON.stringify(shown), new RegExp(secret))
  })
}

test('every key of the top level is shown, and a person reads one a line', () => {
  const shown = show(vendorFile)
  const paths = (shape: Shape, above = ''): string[] =>
    Object.entries(shape).flatMap(([key, entry]) => {
      if (!isItem(entry)) return paths(entry, `${above}${key}.`)
      return entry.format === 'map' || entry.format === 'ignored' ? [] : [above + key]
    })
  for (const path of paths(topLevelKeys))
    equal(
      shown.some(({ key }) => key === path),
      true,
      path,
    )
  match(shownText(shown), /^globals\.debug +false +c\.yaml:2:10\n/)
  equal(shownText(shown).split('\n').length, shown.length)
})
