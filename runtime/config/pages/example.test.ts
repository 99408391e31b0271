// The example at the top of the repository says what the schema says, by test.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createPems, surroundings } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import type { Located } from '../reading/document.ts'
import { createFindings } from '../reading/findings.ts'
import { parseYaml } from '../reading/yaml.ts'
import { ownKeys } from '../schema/own-keys.ts'
import { isItem, type Shape } from '../schema/shape.ts'

const example = readFileSync(new URL('../../../config.example.yaml', import.meta.url), 'utf8')
const filled = example.replace(/<devo_domain>/g, 'acme').replace(/<[a-z_]+>/g, '12345')
const uncommented = filled.replace(/^( *)# ?( *[a-z_]+:)/gm, '$1$2')
const around = surroundings(await createPems())

function pathsOf(shape: Shape, above = ''): string[] {
  return Object.entries(shape).flatMap(([key, entry]) =>
    isItem(entry) ? [above + key] : pathsOf(entry, `${above}${key}.`),
  )
}

/** The written value under a path, as text. */
function valueAt(root: Located | undefined, path: string): string | undefined {
  let value = root
  for (const key of path.split('.')) value = value?.kind === 'map' ? value.entries.get(key)?.value : undefined
  return value?.kind === 'scalar' ? value.source : value?.kind
}

test('the example is good as it is, once its placeholders are filled in', () => {
  const { config, findings } = interpret(filled, around)
  deepEqual(findings.faults, [])
  deepEqual(config?.warnings, [])
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

test("the example names every one of podpipe's own keys", () => {
  const root = parseYaml(uncommented, createFindings())
  for (const path of pathsOf(ownKeys)) equal(valueAt(root, path) !== undefined, true, path)
})
