import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { isReadable, type LocatedMap } from './document.ts'
import { createFindings, render } from './findings.ts'
import { parseYaml } from './yaml.ts'

function parse(text: string) {
  const findings = createFindings()
  return { root: parseYaml(text, findings), faults: render('f', findings.faults) }
}

test('every key and value knows its line and column', () => {
  const { root } = parse('a:\n  b: 0012\n  c: [x]\n')
  const a = (root as LocatedMap).entries.get('a')
  deepEqual(a?.keyAt, { line: 1, column: 1 })
  const inner = a?.value as LocatedMap
  deepEqual(inner.entries.get('b'), {
    keyAt: { line: 2, column: 3 },
    value: { kind: 'scalar', at: { line: 2, column: 6 }, value: 12, source: '0012' },
  })
  deepEqual(inner.entries.get('c')?.value.at, { line: 3, column: 6 })
})

test('a byte order mark, CRLF and anchors are no obstacle', () => {
  const { root, faults } = parse('\ufeffa: &x 1\r\nb: *x\r\n')
  deepEqual(faults, [])
  const b = (root as LocatedMap).entries.get('b')?.value
  equal(b?.kind === 'scalar' && b.value, 1)
})

test('anchors that multiply are converted once each', () => {
  const lines = ['a0: &a0 [x]']
  for (let n = 1; n < 40; n++) {
    lines.push(`a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`)}]`)
  }
  deepEqual(parse(lines.join('\n')).faults, [])
})

for (const [name, text, expected] of [
  ['a key that is there twice', 'a: 1\na: 2\n', /^f:2:1: .*unique.*; keep one/],
  ['a tab', 'a:\n\tb: 1\n', /^f:2:1: .*Tabs.*; indent with spaces/],
  ['a list that does not end', 'a: [1,\n', /^f:2:1: this is not valid YAML/],
  ['two documents', 'a: 1\n---\nb: 2\n', /^f:2:1: .*remove the line ---/],
  ['a value that starts with @', 'a: @x\n', /^f:1:4: .*quotes/],
  ['a tag', 'a: !env x\n', /^f:1:4: .*starts with !/],
  ['an alias to nothing', 'a: *x\n', /^f:1:4: an alias/],
  ['an alias into itself', 'a: &x\n  b: *x\n', /^f:2:6: an alias/],
] as const) {
  test(`${name} is explained with its place`, () => match(parse(text).faults[0] ?? '', expected))
}

for (const text of [
  'k: *canary',
  'k: !canary x',
  'k: "can\\canary"',
  'k: "x" canary',
  'k: |canary\n x',
  'k: [x canary: y: z]',
  'k:canary\nb: 1',
  'k: @canary',
  'k: %canary\n%canary',
  'k: &canary &canary x',
]) {
  test(`what is wrong with ${JSON.stringify(text)} is said without the value`, () => {
    doesNotMatch(parse(text).faults.join('\n'), /canary/)
  })
}

/** Files of 256 KiB that have taken, or could take, a parser minutes. */
for (const [name, text] of Object.entries({
  'brackets without end': '['.repeat(262_144),
  'braces without end': '{a: '.repeat(65_536),
  'dashes without end': '- '.repeat(131_072),
  'quotes without end': '"'.repeat(262_144),
  'brackets that close nothing': ']'.repeat(262_144),
  'commas without end': `[${','.repeat(262_140)}]`,
  'keys without end': Array.from({ length: 26_000 }, (_, n) => `k${n}: 1`).join('\n'),
  'one key again and again': 'k: 1\n'.repeat(52_000),
  'lists of lists of lists by aliases': [
    'a0: &a0 [x]',
    ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`),
  ].join('\n'),
})) {
  test(`${name} are refused with a place`, () => {
    const findings = createFindings()
    const root = parseYaml(text, findings)
    const isRefused = root === undefined || !isReadable(root, findings)
    equal(isRefused, true)
    match(render('f', findings.faults)[0] ?? '', /^f:\d+:\d+: .*;.*;/)
  })
}
