import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { parseScrypt, scryptText } from './password-hash.ts'

const salt = 'c2l4dGVlbiBieXRlcyAhIQ'
const hash = 'bm90IHRoZSBoYXNoIG9mIGFueSBwYXNzd29yZCBhdCBhbGw'

for (const [name, text, isGood] of [
  ['the usual cost', `$scrypt$ln=15,r=8,p=3$${salt}$${hash}`, true],
  ['a higher cost', `$scrypt$ln=17,r=8,p=1$${salt}$${hash}`, true],
  ['too cheap a hash', `$scrypt$ln=10,r=8,p=1$${salt}$${hash}`, false],
  ['too narrow a hash', `$scrypt$ln=15,r=1,p=3$${salt}$${hash}`, false],
  ['one that takes a gigabyte', `$scrypt$ln=20,r=8,p=1$${salt}$${hash}`, false],
  ['one that takes minutes', `$scrypt$ln=15,r=8,p=99$${salt}$${hash}`, false],
  ['a short hash', `$scrypt$ln=15,r=8,p=3$${salt}$c2hvcnQ`, false],
  ['a short salt', `$scrypt$ln=15,r=8,p=3$c2Fs$${hash}`, false],
  ['a hash of another kind', '$2b$12$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuabcdefghijklmnop', false],
  ['a password', 'correct horse battery staple', false],
  ['nothing', '', false],
] as const) {
  test(`${name} is ${isGood ? 'taken' : 'refused'}`, () => equal(parseScrypt(text) !== undefined, isGood))
}

test('a hash is written as it was read', () => {
  const text = `$scrypt$ln=15,r=8,p=3$${salt}$${hash}`
  const parsed = parseScrypt(text)
  equal(parsed && scryptText(parsed), text)
})
