import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, secret, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'
import { render } from '../reading/findings.ts'

const pems = await createPems()
const fileKey = 'canary-key-in-a-file'
const files = {
  '/pod/certs/live.key': ` ${fileKey}\n`,
  '/pod/second.key': 'canary-second\r\n',
  '/pod/certs/blank': ' \n',
  '/pod/certs/two-words': 'canary key',
}

function read(credentials: string, env: NodeJS.ProcessEnv = {}, more = '') {
  const text = vendorFile.replace(`      api_key: ${secret}\n`, credentials) + more
  const { config, findings } = interpret(text, { ...surroundings(pems, files), env })
  return { inputs: config?.inputs ?? [], faults: render('config.yaml', findings.faults) }
}

for (const [name, credentials, env, expected] of [
  ['written out', '      api_key: a\n      backfill_api_key: b\n', {}, ['a', 'b']],
  [
    'in files, trimmed',
    '      api_key_file: live.key\n      backfill_api_key_file: second.key\n',
    {},
    [fileKey, 'canary-second'],
  ],
  [
    'one in a file',
    '      api_key: a\n      backfill_api_key_file: /pod/second.key\n',
    {},
    ['a', 'canary-second'],
  ],
  ['in the environment', '', { PODPIPE_API_KEY: 'a', PODPIPE_BACKFILL_API_KEY: 'b' }, ['a', 'b']],
  [
    'in files that the environment names',
    '      api_key:\n',
    { PODPIPE_API_KEY_FILE: 'live.key', PODPIPE_BACKFILL_API_KEY_FILE: 'second.key' },
    [fileKey, 'canary-second'],
  ],
  [
    'in both, and then the file counts',
    '      api_key_file: live.key\n      backfill_api_key: b\n',
    { PODPIPE_API_KEY: 'x', PODPIPE_BACKFILL_API_KEY_FILE: '/nowhere' },
    [fileKey, 'b'],
  ],
  ['an empty variable is none', '      api_key: a\n', { PODPIPE_BACKFILL_API_KEY: '' }, ['a', undefined]],
] as const) {
  test(`keys: ${name}`, () => {
    const { inputs, faults } = read(credentials, env)
    deepEqual(faults, [])
    deepEqual([inputs[0]?.apiKey, inputs[0]?.backfillApiKey], expected)
  })
}

for (const [name, credentials, env, expected] of [
  ['none at all', '', {}, /^config.yaml:23:5 .*credentials.api_key: is missing; .*api_key_file/],
  ['an empty variable and nothing else', '', { PODPIPE_API_KEY: '' }, /api_key: is missing/],
  [
    'a key and a file',
    `      api_key: ${secret}\n      api_key_file: live.key\n`,
    {},
    /26:21 .*api_key_file: stands beside api_key; .*remove one/,
  ],
  [
    'a second key and a file',
    `      api_key: ${secret}\n      backfill_api_key: canary-b\n      backfill_api_key_file: live.key\n`,
    {},
    /27:30 .*backfill_api_key_file: stands beside backfill_api_key/,
  ],
  [
    'a file that is not there',
    '      api_key_file: nowhere\n',
    {},
    /25:21 .*there is no file \/pod\/certs\/nowhere and no \/pod\/credentials\/nowhere and no \/pod\/nowhere; it is to hold api_key; put it there/,
  ],
  ['an empty file', '      api_key_file: blank\n', {}, /the file \/pod\/certs\/blank is empty; .*fill it in/],
  [
    'a file with two words',
    '      api_key_file: two-words\n',
    {},
    /the file \/pod\/certs\/two-words holds a blank/,
  ],
  [
    'a key in place of a file',
    `      api_key_file: canary-${'x'.repeat(60)}\n`,
    {},
    /25:21 .*holds a key, not the name of a file/,
  ],
  ['a slip in the name of the key', '      api_key_fil: live.key\n', {}, /25:7 .*mean "api_key_file"/],
  [
    'the same key twice, by two files',
    '      api_key_file: live.key\n      backfill_api_key_file: /pod/certs/live.key\n',
    {},
    /26:30 .*backfill_api_key_file: is the same as api_key/,
  ],
  [
    'two variables',
    '',
    { PODPIPE_API_KEY: 'canary-a', PODPIPE_API_KEY_FILE: 'live.key' },
    /^environment variable PODPIPE_API_KEY_FILE .*stands beside PODPIPE_API_KEY; .*unset one/,
  ],
  [
    'a variable with a blank',
    '',
    { PODPIPE_API_KEY: 'canary a' },
    /^environment variable PODPIPE_API_KEY .*credentials.api_key: holds a blank/,
  ],
  [
    'a variable that names no file',
    '',
    { PODPIPE_API_KEY_FILE: 'nowhere' },
    /^environment variable PODPIPE_API_KEY_FILE .*there is no file/,
  ],
] as const) {
  test(`keys: ${name} is explained in one finding, without a key`, () => {
    const { faults } = read(credentials, env)
    equal(faults.length, 1, faults.join('\n'))
    match(faults[0] ?? '', expected)
    doesNotMatch(faults.join('\n'), /canary/)
  })
}

const other = (cluster: string, credentials = '') =>
  `  two: {id: 2, credentials: {cluster_id: ${cluster}${credentials}}, services: {audit: {}}}\n`

test('one key of the environment is for one cluster', () => {
  const { faults } = read('', { PODPIPE_API_KEY: 'canary-a' }, other('another'))
  equal(faults.length, 1, faults.join('\n'))
  match(
    faults[0] ?? '',
    /^config.yaml:3\d:\d+ inputs.two: .*PODPIPE_API_KEY can be the key of one cluster only/,
  )
})

test('two inputs of one cluster share it, and an input with a key of its own has that', () => {
  const env = { PODPIPE_API_KEY: 'a' }
  const shared = read('', env, other('acme_hosted'))
  deepEqual([shared.faults, shared.inputs.map(({ apiKey }) => apiKey)], [[], ['a', 'a']])
  const own = read('', env, other('another', ', api_key: b'))
  deepEqual([own.faults, own.inputs.map(({ apiKey }) => apiKey)], [[], ['a', 'b']])
})

for (const [name, more, env, expected, said] of [
  ['none', '', {}, undefined, undefined],
  ['written out', `console: {secret_key: ${'k'.repeat(32)}}\n`, {}, 'k'.repeat(32), undefined],
  ['in the environment', '', { PODPIPE_CONSOLE_SECRET_KEY: 'e'.repeat(40) }, 'e'.repeat(40), undefined],
  [
    'two of them, while one takes the place of the other',
    `console: {secret_key: "${'n'.repeat(32)} ${'o'.repeat(32)}"}\n`,
    {},
    `${'n'.repeat(32)} ${'o'.repeat(32)}`,
    undefined,
  ],
  [
    'the second one too short',
    `console: {secret_key: "${'n'.repeat(32)} canary-short"}\n`,
    {},
    undefined,
    /secret_key: has 12 characters.*use 32/,
  ],
  [
    'too short',
    'console: {secret_key: canary-short}\n',
    {},
    undefined,
    /secret_key: has 12 characters.*use 32/,
  ],
] as const) {
  test(`the key that secrets of the console are sealed with: ${name}`, () => {
    const { config, findings } = interpret(vendorFile + more, { ...surroundings(pems, files), env })
    const faults = render('config.yaml', findings.faults)
    if (said === undefined) {
      deepEqual(faults, [])
      equal(config?.console.secretKey, expected)
    } else {
      match(faults.join(), said)
      doesNotMatch(faults.join(), /canary/)
    }
  })
}

test('with that key the file may leave all inputs to the console', () => {
  const none = vendorFile.slice(0, vendorFile.indexOf('inputs:'))
  const read = (text: string) =>
    render('config.yaml', interpret(text, surroundings(pems, files)).findings.faults)
  deepEqual(read(`${none}inputs: {}\nconsole: {secret_key: ${'k'.repeat(32)}}\n`), [])
  match(read(`${none}inputs: {}\n`).join(), /has no enabled input/)
})
