// Configurations spoilt at random: each is either good or explained, none throws, and none takes above a second of the
// processor. FUZZ=10000 for many, SEED to repeat a run.

import { equal, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listTopics } from '@podpipe/schemas/topics.ts'
import { parse, stringify } from 'yaml'
import { wholeBelow } from '../test-random.ts'
import { createPems, surroundings, vendorFile } from './fixture.ts'
import { deepFreeze } from './freeze.ts'
import { interpretAll } from './interpret.ts'
import { describeConfig, textOf as described } from './pages/describe.ts'
import type { Source } from './reading/document.ts'
import { textOf } from './reading/file-text.ts'
import { render } from './reading/findings.ts'
import { topicsOfConfig } from './topics-of.ts'

const rounds = Number(process.env.FUZZ ?? 500)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6))
const below = wholeBelow(seed)
const oneOf = <Value>(list: readonly Value[]): Value => list[below(list.length)] as Value

const around = surroundings(await createPems())
const example = readFileSync(new URL('../../config.example.yaml', import.meta.url), 'utf8')
  .replace(/<devo_domain>/g, 'acme')
  .replace(/<[a-z_]+>/g, '12345')
  .replace(/^( *)# ?( *[a-z_]+:)/gm, '$1$2')

const variable = ['$', '{X}'].join('')

/** What a person may type by mistake, and what a parser may stumble over. */
const pieces = [
  ...[
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    '  ',
    ':',
    ': ',
    '- ',
    '? ',
    '#',
    '"',
    "'",
    '`',
    '@',
    '%',
    '!',
    '!!str ',
    '|',
    '>',
  ],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\\',
    '\\u',
    '---\n',
    '...\n',
    '\ufeff',
    'é',
    '日',
    '\ud83d',
    '~',
    'null',
  ],
  ...[
    '0x1',
    '0o7',
    '1e999',
    '-1',
    '.nan',
    '.inf',
    '2024-01-01',
    'yes',
    '<x>',
    variable,
    '${',
    '//',
    'a'.repeat(300),
    '['.repeat(300),
  ],
]

function spoiltBytes(text: string): Buffer {
  let bytes = Buffer.from(text)
  for (let times = 1 + below(4); times > 0; times--) {
    const [from, length] = [below(bytes.length + 1), below(oneOf([2, 8, 60]))]
    const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)]
    const slice = after.subarray(0, length)
    bytes = oneOf([
      () => Buffer.concat([before, Buffer.from(oneOf(pieces)), after]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, slice, after]),
      () => Buffer.concat([before, Buffer.from([below(256)]), after.subarray(1)]),
      () => Buffer.from(bytes.toString('latin1').replaceAll('\n', oneOf(['\r\n', '\n\n', ' '])), 'latin1'),
      () => before,
    ])()
  }
  return bytes
}

type Tree = { [key: string]: unknown }

const values = (): unknown =>
  oneOf<unknown>([
    ...[
      null,
      true,
      false,
      0,
      -1,
      1.5,
      1e300,
      Number.NaN,
      '',
      ' ',
      'x',
      'x'.repeat(1000),
      '\n',
      '\u0000',
      '*',
      '<x>',
      variable,
    ],
    ...[[], {}, [[]], [{}], [null], ['x', ['y']], { a: 1 }, { a: { b: [] } }, new Date(0)],
  ])

const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '0',
  'x.y',
  'mesage',
  'enabled',
  'api_key',
  'services',
  'config',
  'globals',
  'global_overrides',
  'a'.repeat(200),
]

/** The maps of a tree, itself first. */
function mapsIn(tree: unknown): Tree[] {
  if (typeof tree !== 'object' || tree === null || tree instanceof Date) return []
  const below = Object.values(tree).flatMap(mapsIn)
  return Array.isArray(tree) ? below : [tree as Tree, ...below]
}

function spoiltTree(text: string): unknown {
  const root = parse(text) as Tree
  for (let times = 1 + below(4); times > 0; times--) {
    const maps = mapsIn(root)
    const map = oneOf(maps)
    const key = oneOf([...Object.keys(map), ''])
    oneOf([
      () => Object.assign(map, { [key]: values() }),
      () => delete map[key],
      () =>
        Object.defineProperty(map, oneOf(names), {
          value: map[key] ?? values(),
          enumerable: true,
          configurable: true,
          writable: true,
        }),
      () => Object.assign(map, { [key]: structuredClone(oneOf(maps)) }),
      () => Object.assign(map, { [key]: [map[key]] }),
    ])()
  }
  return root
}

/** One configuration, of one text or of two, spoilt in one of them. */
function spoilt(): { readonly sources: readonly Source[]; readonly wrong?: string } {
  const text = oneOf([vendorFile, vendorFile, example])
  const { inputs, ...rest } = parse(vendorFile) as Tree
  const json = JSON.stringify({ global_overrides: { debug: false }, inputs }, null, 2)
  const [form, bytes] = oneOf<() => ['yaml' | 'json', Buffer]>([
    () => ['yaml', spoiltBytes(text)],
    () => ['yaml', Buffer.from(stringify(spoiltTree(text), { aliasDuplicateObjects: false }))],
    () => ['json', spoiltBytes(json)],
    () => ['json', Buffer.from(JSON.stringify(spoiltTree(json)))],
  ])()
  const read = textOf(bytes)
  if ('wrong' in read) {
    const { line, column } = read.place ?? { line: 1, column: 1 }
    return { sources: [], wrong: `f:${line}:${column}: ${read.wrong}` }
  }
  const source: Source = { name: `f.${form}`, text: read.text, form }
  return {
    sources:
      form === 'yaml' ? [source] : [source, { name: 'rest.yaml', text: stringify(rest), form: 'yaml' }],
  }
}

test(`${rounds} spoilt configurations are each good or explained (SEED=${seed})`, t => {
  let [good, explained, longest] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const { sources, wrong } = spoilt()
    const about = `SEED=${seed} round ${round}`
    const began = process.cpuUsage()
    if (wrong === undefined) {
      const { config, findings } = interpretAll(sources, around)
      const { user, system } = process.cpuUsage(began)
      longest = Math.max(longest, (user + system) / 1_000)
      if (config !== undefined && findings.faults.length === 0) {
        good++
        // What a start asks of it besides.
        ok(described(describeConfig(deepFreeze(config), around.readText, around.now)).length > 0, about)
        ok(listTopics(topicsOfConfig(config)).length > 0, about)
        continue
      }
      explained++
      equal(findings.faults.length > 0, true, `${about}: neither good nor explained`)
      for (const line of render('f', findings.faults)) {
        match(line, /^(f|f\.yaml|f\.json|rest\.yaml):\d+:\d+[: ]/, about)
        ok(!/\bundefined\b|\[object |\n|\bat file:|Error:/.test(line), `${about}: ${line}`)
      }
    } else {
      explained++
      match(wrong, /^f:\d+:\d+: .*;.*;/, about)
    }
  }
  t.diagnostic(
    `seed ${seed}: ${good} good, ${explained} explained, at most ${Math.round(longest)} ms of the processor`,
  )
  ok(longest < 1_000, `one took ${longest} ms`)
})
