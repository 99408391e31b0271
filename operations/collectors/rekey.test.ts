// Keys that are exchanged: every revision can be opened without the earlier key afterwards, and nothing else of it has changed.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type SealingKey, seal, sealingKeyOf, unseal } from '@podpipe/runtime/collectors/sealing.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { needsRekey, rekeyed } from './rekey.ts'

const [old, now, lost] = ['o', 'n', 'l'].map(letter => letter.repeat(32)) as [string, string, string]
const both = sealingKeyOf(`${now} ${old}`)
const path = 'credentials.api_key'
const sealedBy = (key: SealingKey, secret: string) => seal(key, { name: 'acme', path }, secret)
const revision = (number: number, ...secrets: Collector['secrets']): Collector => ({
  ...{ name: 'acme', revision: number, at: 7, by: 'anna', what: 'edited', from_revision: null },
  definition: `{"id":"${number}"}`,
  secrets,
})

test('all revisions are opened by the present key alone, and what they share they share', () => {
  const [first, second] = [sealedBy(sealingKeyOf(old), 'one'), sealedBy(sealingKeyOf(old), 'two')]
  const before = [revision(1, first), revision(2, first), revision(3, second)]
  const { changed, left } = rekeyed(before, both)
  deepEqual(left, [])
  deepEqual(
    changed.map(({ secrets: [secret] }) => secret && unseal(sealingKeyOf(now), 'acme', secret)),
    ['one', 'one', 'two'],
  )
  deepEqual(changed[0]?.secrets, changed[1]?.secrets)
  deepEqual(
    changed.map(({ secrets: _, ...rest }) => rest),
    before.map(({ secrets: _, ...rest }) => rest),
  )
  equal(
    changed.some(each => needsRekey(each, both)),
    false,
  )
  deepEqual(rekeyed(changed, both), { changed: [], left: [] })
})

test('what needs a key that is gone is left as it is, and told with the key that it needs', () => {
  const gone = sealedBy(sealingKeyOf(lost), 'gone')
  const { changed, left } = rekeyed(
    [revision(1, gone), revision(2, sealedBy(sealingKeyOf(old), 'one'))],
    both,
  )
  deepEqual(
    changed.map(each => each.revision),
    [2],
  )
  deepEqual(left, [{ name: 'acme', revision: 1, path, key_id: sealingKeyOf(lost).id }])
})
