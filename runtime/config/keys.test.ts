import { deepEqual, equal, throws } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { ConfigurationError } from '../errors.ts'
import { createFolder, createPems, secret, vendorFile } from './fixture.ts'
import { readKeysAnew } from './keys.ts'
import { readConfig } from './read.ts'

const pems = await createPems()

function inputOf(file: string) {
  const [input] = readConfig(file, {}).inputs
  if (input === undefined) throw new Error('the fixture has no input')
  return input
}

test('a key that is renewed in the file, or in a file that it names, is read', t => {
  const file = createFolder(t, pems)
  const input = inputOf(file)
  writeFileSync(file, vendorFile.replace(secret, 'renewed'))
  deepEqual(readKeysAnew(file, {}, input), { apiKey: 'renewed', backfillApiKey: undefined })
  const keyFile = join(dirname(dirname(file)), 'certs', 'api.key')
  writeFileSync(file, vendorFile.replace(`api_key: ${secret}`, 'api_key_file: api.key'))
  for (const key of ['a', 'b']) {
    writeFileSync(keyFile, `${key}\n`)
    equal(readKeysAnew(file, {}, input).apiKey, key)
  }
})

for (const [name, line, replacement, expected] of [
  ['a fault', 'enabled: true', 'enabled: 5', /config.yaml:22:14/],
  ['another cluster', 'acme_hosted', 'other_hosted', /is for another cluster now; .*goes on/],
  ['an input of another name', 'proofpoint_on_demand:', 'other:', /no input proofpoint_on_demand any more/],
] as const) {
  test(`${name} gives no keys`, t => {
    const file = createFolder(t, pems)
    const input = inputOf(file)
    writeFileSync(file, vendorFile.replace(line, replacement))
    throws(
      () => readKeysAnew(file, {}, input),
      (error: unknown) =>
        error instanceof ConfigurationError &&
        expected.test(error.message) &&
        !error.message.includes(secret),
    )
  })
}
