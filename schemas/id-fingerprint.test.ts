import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createFingerprints, createFingerprintWriter, isSame } from './id-fingerprint.ts'

const key = Buffer.from(Array.from({ length: 16 }, (_, at) => at))
const id = Buffer.from('a')
const take = createFingerprints(key)

test('the same id of a cluster and service has one fingerprint, under one key', () => {
  deepEqual(take('acme', 'message', id), createFingerprints(Buffer.from(key))('acme', 'message', id))
  notDeepEqual(take('acme', 'message', id), createFingerprints(randomBytes(16))('acme', 'message', id))
})

test('the same id in two services or two clusters is two events', () => {
  const own = take('acme', 'message', id)
  for (const [cluster, service] of [
    ['acme', 'maillog'],
    ['other', 'message'],
    ['acme\0', 'message'],
  ] as const) {
    equal(isSame(own, take(cluster, service, id)), false)
  }
  equal(isSame(own, take('acme', 'message', Buffer.from('a'))), true)
})

test('a key of another length is refused', () => {
  throws(() => createFingerprints(Buffer.alloc(15)), /16 bytes, not 15/)
})

test('written into words it is the same as in an object', () => {
  const words = new Int32Array(6)
  createFingerprintWriter(key)('acme', 'message', id, words, 3)
  const { place, first, second, third } = take('acme', 'message', id)
  deepEqual([...words], [0, 0, 0, first, second, (place << 16) | third])
})
