import { deepEqual, doesNotMatch, equal, match, notDeepEqual, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { SealedError, seal, sealingKeyOf, unseal } from './sealing.ts'

const key = sealingKeyOf('a'.repeat(32))
const other = sealingKeyOf('b'.repeat(32))
const place = { name: 'acme', path: 'credentials.api_key' }
const secret = 'the-api-key of äcme'

test('what was sealed is opened with the same key, and two sealings of one secret differ', () => {
  const [one, two] = [seal(key, place, secret), seal(key, place, secret)]
  equal(unseal(key, 'acme', one), secret)
  equal(unseal(key, 'acme', two), secret)
  notDeepEqual(one.sealed, two.sealed)
  equal(one.nonce.length, 12)
})

test('a key has always the same id, which is no part of it', () => {
  deepEqual(sealingKeyOf('a'.repeat(32)), key)
  equal(key.id, 'b11c1281')
  equal(key.key.toString('hex').includes(key.id), false)
})

const sealed = seal(key, place, secret)
const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

for (const [what, open, said] of [
  ['no key', () => unseal(undefined, 'acme', sealed), /no console\.secret_key is set here; give ingest/],
  [
    'another key',
    () => unseal(other, 'acme', sealed),
    /sealed with the key \w{8}.* is the key \w{8}; set the one/,
  ],
  ['another collector', () => unseal(key, 'globex', sealed), /not as it was sealed/],
  [
    'another place in the same collector',
    () => unseal(key, 'acme', { ...sealed, path: 'proxy' }),
    /not as it was sealed/,
  ],
  [
    'a changed bit of the secret',
    () => unseal(key, 'acme', { ...sealed, sealed: flipped(sealed.sealed, 0) }),
    /not as it was sealed/,
  ],
  [
    'a changed bit of the tag',
    () => unseal(key, 'acme', { ...sealed, sealed: flipped(sealed.sealed, sealed.sealed.length - 1) }),
    /not as it was sealed/,
  ],
  ['another nonce', () => unseal(key, 'acme', { ...sealed, nonce: randomBytes(12) }), /not as it was sealed/],
  [
    'too few bytes',
    () => unseal(key, 'acme', { ...sealed, sealed: Buffer.alloc(3) }),
    /not as it was sealed/,
  ],
] as const) {
  test(`${what} is told with what to do, and without the secret`, () => {
    throws(open, (error: Error) => {
      equal(error instanceof SealedError, true)
      match(error.message, said)
      doesNotMatch(error.message, /the-api-key/)
      return true
    })
  })
}

test('of several keys the first one seals, and all of them open', () => {
  const [old, now] = ['a'.repeat(32), 'b'.repeat(32)]
  const both = sealingKeyOf(`${now}\n${old}\n`)
  equal(unseal(both, 'acme', sealed), secret)
  const anew = seal(both, place, secret)
  equal(anew.key_id, sealingKeyOf(now).id)
  equal(unseal(sealingKeyOf(now), 'acme', anew), secret)
  throws(
    () => unseal(sealingKeyOf(`${now} ${'c'.repeat(32)}`), 'acme', sealed),
    /with the key b11c1281, and .* are the keys \w{8}, \w{8}; set/,
  )
})
