import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { cloudJson, createPems, isSampleWarning, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import type { Located } from '../reading/document.ts'
import { createFindings } from '../reading/findings.ts'
import { parseYaml } from '../reading/yaml.ts'
import { isItem, isValue, type Shape } from '../schema/shape.ts'
import { topLevelKeys } from '../schema/top-level.ts'
import { exampleFile } from './example.ts'
import { jsonSchema } from './json-schema.ts'

const example = exampleFile()
const filled = example.replaceAll('<devo_domain>', 'acme').replaceAll(/<[a-z_]+>/g, '12345')
const withoutComments = (text: string): string => text.replace(/^( *)# ?( *[a-z_]+:)/gm, '$1$2')
const uncommented = withoutComments(filled)
const around = surroundings(await createPems())

/** The paths of all keys that do something, with `*` for free names. */
function pathsOf(shape: Shape, above = ''): string[] {
  return Object.entries(shape).flatMap(([key, entry]) => {
    const path = `${above}${key}`
    if (!isItem(entry)) return pathsOf(entry, `${path}.`)
    if (entry.format === 'map') return entry.kinds.flatMap(({ keys }) => pathsOf(keys, `${path}.*.`))
    const isRefused = isValue(entry) && entry.doc.startsWith('Refused')
    return entry.format === 'ignored' || isRefused ? [] : [path]
  })
}

/** Whether the key under a path is written anywhere. */
function isWritten(root: Located | undefined, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return root !== undefined
  if (root?.kind !== 'map') return false
  const names = step === '*' ? [...root.entries.keys()] : [step]
  return names.some(name => isWritten(root.entries.get(name)?.value, rest))
}

test('the example is good as it is, once its placeholders are filled in', () => {
  const { config, findings } = interpret(filled, around)
  deepEqual(findings.faults, [])
  deepEqual(
    config?.warnings.filter(each => !isSampleWarning(each)),
    [],
  )
})

test('the example with its placeholders is refused, and each is named', () => {
  const { findings } = interpret(example, around)
  equal(findings.faults.length, example.match(/<[a-z_]+>/g)?.length)
  for (const { text } of findings.faults) match(text, /placeholder/)
})

test('the example with every comment taken away is good and means the same', () => {
  const { config, findings } = interpret(uncommented, around)
  deepEqual(findings.faults, [])
  const plain = interpret(filled, around).config
  const { ingest, dedup, http, kafka, stopBudgetMs, logLevel } = config ?? {}
  deepEqual(
    { ingest, dedup, http, kafka, stopBudgetMs, logLevel },
    {
      ingest: plain?.ingest,
      dedup: plain?.dedup,
      http: plain?.http,
      kafka: plain?.kafka,
      stopBudgetMs: plain?.stopBudgetMs,
      logLevel: plain?.logLevel,
    },
  )
  deepEqual(
    config?.inputs[0]?.services.map(({ service }) => service),
    ['message', 'maillog', 'audit', 'quarantine'],
  )
})

test('the example names every key that does something', () => {
  const withFiles = filled.replaceAll(/## (?=[a-z_]+_file:)/g, '')
  const root = parseYaml(withoutComments(withFiles), createFindings())
  for (const path of pathsOf(topLevelKeys)) equal(isWritten(root, path.split('.')), true, path)
})

test('an editor that knows the JSON Schema finds no fault in the example', () => {
  match(example, /^# yaml-language-server: \$schema=\.\/config\.schema\.json\n/)
  const validate = new Ajv({ strict: false }).compile(jsonSchema())
  for (const text of [filled, uncommented, vendorFile]) {
    equal(validate(parse(text)), true, JSON.stringify(validate.errors))
  }
})

test("an editor that knows the JSON Schema finds no fault in the vendor's cloud JSON, and marks mistakes in it", () => {
  const validate = new Ajv({ strict: false }).compile(jsonSchema())
  equal(validate(JSON.parse(cloudJson)), true, JSON.stringify(validate.errors))
  for (const [from, to] of [
    ['"debug"', '"debgu"'],
    ['"debug": false', '"debug": 7'],
    ['"global_overrides"', '"global_override"'],
    ['"cluster_id"', '"cluster"'],
    ['"request_period_in_seconds": "60"', '"request_period_in_seconds": "1m"'],
  ] as const) {
    equal(cloudJson.includes(from), true, from)
    equal(validate(JSON.parse(cloudJson.replace(from, to))), false, to)
  }
})

for (const [name, line, replacement] of [
  ['an unknown key', 'address:', 'adress:'],
  ['a key of another type of output', 'devo_platform', 'console'],
  ['an unknown type of output', 'devo_platform', 'devo'],
  ['a port that is none', 'port: 443', 'port: x'],
  ['a yes or no that is neither', 'debug: false', 'debug: 7'],
  ['a start_time without an offset', 'start_time:', 'start_time: 2024-05-22T00:00:00'],
] as const) {
  test(`an editor that knows the JSON Schema marks ${name}`, () => {
    const validate = new Ajv({ strict: false }).compile(jsonSchema())
    equal(vendorFile.includes(line), true)
    equal(validate(parse(vendorFile.replace(line, replacement))), false)
  })
}
