import { equal, match } from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { test } from 'node:test'
import { createPems } from '../fixture.ts'
import { certificateFault, expiryOf, keyFault, pairFault } from './certificates.ts'

const pems = await createPems(new Date('2101-02-03T04:05:06Z'))
const damaged = pems.cert.replace(/^(.*\n)..../, '$1!!!!')
const encrypted = createPrivateKey(pems.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
})

for (const [name, fault, expected] of [
  ['a certificate', certificateFault(pems.cert), undefined],
  ['a chain of two', certificateFault(`${pems.cert}\n${pems.chain}`), undefined],
  ['a key in place of a certificate', certificateFault(pems.key), /holds a private key/],
  ['an empty certificate', certificateFault(''), /no PEM certificate/],
  ['a damaged certificate', certificateFault(damaged), /number 1 of 1/],
  ['a chain with one damaged', certificateFault(`${pems.cert}\n${damaged}`), /number 2 of 2/],
  ['a key', keyFault(pems.key), undefined],
  ['a certificate in place of a key', keyFault(pems.cert), /holds a certificate/],
  ['an empty key', keyFault(''), /no PEM private key/],
  ['a damaged key', keyFault(pems.key.replace(/\n..../, '\n!!!!')), /damaged/],
  ['a key with a passphrase', keyFault(String(encrypted)), /passphrase/],
  ['a key and its certificate', pairFault(pems.cert, pems.key), undefined],
  ['a key and another certificate', pairFault(pems.cert, pems.strangeKey), /does not belong/],
] as const) {
  test(`${name} is ${expected === undefined ? 'good' : `refused: ${expected}`}`, () => {
    if (expected === undefined) equal(fault, undefined)
    else match(fault ?? '', expected)
  })
}

test('the end of a certificate is known', () => {
  equal(expiryOf(pems.cert)?.toISOString(), '2101-02-03T04:05:06.000Z')
  equal(expiryOf('nothing'), undefined)
})
