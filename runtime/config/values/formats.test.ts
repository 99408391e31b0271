import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { type FormatName, formats, type Limits } from './formats.ts'

const ports = { min: 0, max: 65_535 }
const seconds = { min: 1, max: 86_400 }
const window = { min: '10s', max: '30d' }
const bytes = { min: '1KiB', max: '1MiB' }
const levels = { choices: ['info', 'debug'] }

const good: readonly [FormatName, Limits, unknown, unknown][] = [
  ['text', {}, 'a', 'a'],
  ['yesNo', {}, true, true],
  ['yesNo', {}, 'Yes', true],
  ['yesNo', {}, 'off', false],
  ['whole', ports, 0, 0],
  ['whole', ports, 65_535, 65_535],
  ['whole', ports, '443', 443],
  ['seconds', seconds, 1, 1000],
  ['seconds', seconds, '60', 60_000],
  ['seconds', seconds, 1.5, 1500],
  ['duration', window, '10s', 10_000],
  ['duration', window, '30d', 2_592_000_000],
  ['size', bytes, '1KiB', 1024],
  ['size', bytes, 1_048_576, 1_048_576],
  ['choice', levels, 'debug', 'debug'],
  ['whole', { min: -1, max: 9 }, '-1', -1],
  ['share', {}, 1.1, 1.1],
  ['share', {}, '-1', -1],
  ['names', {}, ['a', 'b'], ['a', 'b']],
  ['names', {}, 'a', ['a']],
  ['token', {}, 'eyJh.b-c_d', 'eyJh.b-c_d'],
  ['prefix', {}, 'pod.A-1_', 'pod.A-1_'],
  ['fieldName', {}, 'guid', 'guid'],
  ['heap', {}, '512m', '512m'],
  ['heap', {}, '2G', '2G'],
  ['brokers', {}, [], []],
  ['brokers', {}, 'a:1, b:2', ['a:1', 'b:2']],
  ['brokers', {}, ['a:1'], ['a:1']],
]

for (const [name, limits, value, expected] of good) {
  test(`${name} takes ${JSON.stringify(value)}`, () => deepEqual(formats[name](value, limits), expected))
}

const bad: readonly [FormatName, Limits, unknown, RegExp][] = [
  ['text', {}, '', /empty/],
  ['text', {}, ' ', /empty/],
  ['text', {}, true, /must be a text/],
  ['text', {}, [1], /must be a text/],
  ['yesNo', {}, 'maybe', /true or false/],
  ['yesNo', {}, 1, /true or false/],
  ['whole', ports, -1, /from 0 to 65535/],
  ['whole', ports, 65_536, /from 0 to 65535/],
  ['whole', ports, 1.5, /from 0 to 65535/],
  ['whole', ports, '44x', /from 0 to 65535/],
  ['whole', ports, Number.NaN, /from 0 to 65535/],
  ['whole', ports, true, /from 0 to 65535/],
  ['seconds', seconds, 0.9, /from 1 to 86400/],
  ['seconds', seconds, 86_401, /from 1 to 86400/],
  ['seconds', seconds, Number.NaN, /from 1 to 86400/],
  ['seconds', seconds, '1m', /from 1 to 86400/],
  ['duration', window, '9999ms', /from 10s to 30d/],
  ['duration', window, '31d', /from 10s to 30d/],
  ['duration', window, '3600', /no unit/],
  ['size', bytes, 1023, /from 1KiB to 1MiB/],
  ['size', bytes, '2MiB', /from 1KiB to 1MiB/],
  ['choice', levels, 'trace', /one of info, debug/],
  ['share', {}, 'half', /a number such as/],
  ['share', {}, Number.NaN, /a number such as/],
  ['names', {}, [], /a list of names/],
  ['names', {}, [''], /empty/],
  ['token', {}, 'a b', /header/],
  ['token', {}, 'a\nb', /header/],
  ['prefix', {}, 'a b', /topic name/],
  ['fieldName', {}, 'größe', /name of a field/],
  ['fieldName', {}, 'a"b', /name of a field/],
  ['prefix', {}, 'x'.repeat(201), /topic name/],
  ['heap', {}, '512', /heap size/],
  ['heap', {}, '0m', /heap size/],
  ['brokers', {}, 5, /list of host:port/],
  ['brokers', {}, ['a'], /no host:port/],
  ['brokers', {}, [null], /must be a text/],
]

for (const [name, limits, value, expected] of bad) {
  test(`${name} refuses ${JSON.stringify(value)?.slice(0, 30)}`, () => {
    throws(() => formats[name](value, limits), expected)
  })
}

test('every refusal says what to do', () => {
  for (const [name, limits, value] of bad) throws(() => formats[name](value, limits), /;/)
})
