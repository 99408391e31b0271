import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { LocatedMap } from './document.ts'
import { createFindings, render } from './findings.ts'
import { parseJson } from './json.ts'

function parse(text: string) {
  const findings = createFindings()
  return { root: parseJson(text, findings), faults: render('f', findings.faults) }
}

test('every key and value knows its line and column', () => {
  const { root } = parse('{\n  "a": {"b": 12, "c": ["x"]}\n}')
  const a = (root as LocatedMap).entries.get('a')
  deepEqual(a?.keyAt, { line: 2, column: 3 })
  const inner = a?.value as LocatedMap
  deepEqual(inner.entries.get('b'), {
    keyAt: { line: 2, column: 9 },
    value: { kind: 'scalar', at: { line: 2, column: 14 }, value: 12, source: '12' },
  })
  deepEqual(inner.entries.get('c')?.value.at, { line: 2, column: 23 })
})

for (const [name, text, expected] of [
  ['nothing', '', /^f:1:1: .*is empty/],
  ['a trailing comma', '{"a": 1,\n}', /^f:2:1: .*a comma stands before the }.*remove the comma/],
  ['a missing comma', '{"a": 1\n "b": 2}', /^f:2:2: .*a comma is missing/],
  ['single quotes', "{'a': 1}", /^f:1:2: .*use double quotes/],
  ['a comment', '{\n// x\n"a": 1}', /^f:2:1: .*no comments/],
  ['a bare word', '{"a": yes}', /^f:1:7: .*bare word.*double quotes/],
  ['a placeholder', '{"a": <debug_status>}', /^f:1:7: .*placeholder in angle brackets.*fill it in/],
  ['an end too soon', '{"a": {"b": 1}\n', /^f:\d:\d+: .*ends too soon/],
  ['two documents', '{"a": 1} {"b": 2}', /^f:1:10: .*behind its end/],
  ['a key that is there twice', '{"a": 1,\n "a": 2}', /^f:2:2: .*twice/],
  ['brackets without end', '['.repeat(200_000), /^f:1:1: .*deeper/],
  ['maps without end', '{"a":'.repeat(50_000), /^f:1:1: .*deeper/],
] as const) {
  test(`${name} is explained with its place`, () => match(parse(text).faults[0] ?? '', expected))
}

test('what is wrong is said without the value', () => {
  for (const text of [
    '{"k": "canary}',
    '{"k": canary}',
    '{"k": "canary" canary}',
    '{"k": "\\canary"}',
    '{"canary": 1, "canary": 2}',
  ]) {
    const { faults } = parse(text)
    equal(faults.length, 1)
    doesNotMatch(faults.join('\n'), /canary/)
  }
})
