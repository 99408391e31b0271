// What a person writes for a collector: faults at their line and column, secrets sealed and kept, nothing else changed.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { sealingKeyOf, unseal } from '@podpipe/runtime/collectors/sealing.ts'
import { cloudJson } from '@podpipe/runtime/config/fixture.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { type Draft, isEnabled, keptSecret, readDraft, textOf, withEnabled } from './draft.ts'

const key = sealingKeyOf('k'.repeat(32))
const secret = 'canary-secret-key'
const among = {
  inputs: [],
  kinds: ['message', 'maillog', 'audit'],
  env: {},
  now: Date.parse('2024-06-01T00:00:00Z'),
  places: { directory: '/pod', readText: () => '' },
}

const plain = `{"inputs": {"acme": {"id": "1", "credentials": {"cluster_id": "c", "api_key": "${secret}"}, "services": {"audit": {}}}}}`

const read = (text: string, current?: Collector, with_ = key as typeof key | undefined): Draft =>
  readDraft(text, { current, key: with_, among })

function revisionOf({ kept }: Draft): Collector {
  if (kept === undefined) throw new Error('the draft cannot be kept')
  return { ...kept, revision: 1, at: 0, by: 'anna', what: 'added', from_revision: null }
}

test("the vendor's JSON is taken as it is; what is for all of podpipe is said and left out", () => {
  const { kept, faults, warnings } = read(cloudJson)
  deepEqual(faults, [])
  deepEqual(
    warnings.map(({ line, key, what }) => [line, key, what.slice(0, 26)]),
    [[2, 'global_overrides', 'is for all of podpipe and ']],
  )
  equal(kept?.name, 'proofpoint_on_demand')
  doesNotMatch(kept?.definition ?? '', new RegExp(secret))
  deepEqual(
    kept?.secrets.map(each => [each.path, unseal(key, 'proofpoint_on_demand', each)]),
    [['credentials.api_key', secret]],
  )
})

test('what is shown to a person stands for the secret, and saving it as it is changes nothing', () => {
  const first = revisionOf(read(cloudJson))
  const shown = textOf(first)
  doesNotMatch(shown, new RegExp(secret))
  match(shown, new RegExp(`"api_key": "${keptSecret.replaceAll('*', '\\*')}"`))
  const again = read(shown, first)
  deepEqual(again.faults, [])
  equal(again.kept?.definition, first.definition)
  deepEqual(again.kept?.secrets, first.secrets)
})

test('a secret that is stored stays also where it cannot be opened here', () => {
  const first = revisionOf(read(plain))
  const { kept, faults } = read(textOf(first).replace('"1"', '"2"'), first, sealingKeyOf('x'.repeat(32)))
  deepEqual(faults, [])
  deepEqual(kept?.secrets, first.secrets)
})

test('a secret that is written anew is sealed anew', () => {
  const first = revisionOf(read(plain))
  const { kept } = read(plain.replace(secret, 'another'), first)
  equal(kept && unseal(key, 'acme', kept.secrets[0] as never), 'another')
})

for (const [name, text, place, said] of [
  ['no JSON', '{"inputs": 1', '1:13', /it ends too soon/],
  ['a comma too many', '{\n  "inputs": {},\n}', '3:1', /a comma stands before the }/],
  ['a list', '[]', '1:1', /begin with/],
  ['nothing', '{}', '1:1', /inputs is missing/],
  ['no input', '{"inputs": {}}', '1:12', /give it a name/],
  ['two inputs', '{"inputs": {\n"a": {},\n"b": {}}}', '3:1', /is a second input/],
  ['an output', `{"outputs": {},\n ${plain.slice(1)}`, '1:2', /is no part of a collector/],
  ['a missing cluster', plain.replace('"cluster_id": "c", ', ''), '"credentials"', /is missing/],
  ['a wrong key', plain.replace('"services"', '"servises"'), '"servises"', /did you mean/],
  [
    'a wrong value',
    plain.replace('"audit": {}', '"audit": {"request_period_in_seconds": "x"}'),
    '"x"',
    /digits only/,
  ],
  ['an unknown kind', plain.replace('"audit": {}', '"spam": {"type": "spam"}'), '"spam"', /without topics/],
  [
    'a kept secret of which there is none',
    plain.replace(secret, keptSecret),
    `"${keptSecret}"`,
    /and none is/,
  ],
] as const) {
  test(`${name} is told at its place, and without the secret`, () => {
    const { kept, faults } = read(text)
    equal(kept, undefined)
    const [first] = faults
    // Where a place is no numbers, it is what stands there in the one line.
    const expected = place.startsWith('"') ? `1:${text.indexOf(place) + 1}` : place
    equal(`${first?.line}:${first?.column}`, expected, JSON.stringify(first))
    match(`${first?.key} ${first?.what}; ${first?.advice}`, said)
    doesNotMatch(JSON.stringify(faults), new RegExp(secret))
  })
}

test('without a key no secret is kept, and it is said how to set one', () => {
  const { faults } = readDraft(plain, { current: undefined, key: undefined, among })
  match(faults[0]?.advice ?? '', /openssl rand -base64 32/)
})

test('a collector keeps its name', () => {
  const { faults } = read(plain.replace('"acme"', '"other"'), revisionOf(read(plain)))
  match(faults[0]?.what ?? '', /is another name than acme/)
})

test('enabled and disabled', () => {
  const first = revisionOf(read(plain))
  equal(isEnabled(first), true)
  const off = { ...first, ...withEnabled(first, false) }
  equal(isEnabled(off), false)
  equal(isEnabled({ ...off, ...withEnabled(off, true) }), true)
  equal(isEnabled({ ...first, what: 'removed' }), false)
  deepEqual(off.secrets, first.secrets)
})
