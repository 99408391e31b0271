import { equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { parseScrypt } from '@podpipe/runtime/config/values/password-hash.ts'
import { decoyLike, hashPassword, isPasswordOf } from './password.ts'

const hash = await hashPassword('Grüße 1')

for (const [name, password, expected] of [
  ['the password', 'Grüße 1', true],
  ['the password with its letters composed otherwise', 'Gru\u0308ße 1', true],
  ['another one', 'Grüße 2', false],
  ['none', '', false],
] as const) {
  test(`${name} is ${expected ? 'taken' : 'refused'}`, async () =>
    equal(await isPasswordOf(password, hash), expected))
}

test('the same password has another hash each time', async () => {
  notEqual(await hashPassword('Grüße 1'), hash)
})

test('nobody has the password of a decoy, which costs what the other one does', async () => {
  const decoy = decoyLike(
    '$scrypt$ln=14,r=8,p=1$c2l4dGVlbiBieXRlcyAhIQ$bm90IHRoZSBoYXNoIG9mIGFueSBwYXNzd29yZCBhdCBhbGw',
  )
  const { ln, r, p } = parseScrypt(decoy) ?? {}
  equal(`${ln} ${r} ${p}`, '14 8 1')
  equal(await isPasswordOf('', decoy), false)
})
