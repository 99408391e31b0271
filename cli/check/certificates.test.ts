import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { checkCertificates } from './certificates.ts'

const [authority, stranger] = await Promise.all([createAuthority('ours'), createAuthority('theirs')])
const [client, other] = await Promise.all([authority.client('acme'), stranger.client('acme')])
const [root = '', intermediate = ''] = authority.chain.split(/(?<=-----END CERTIFICATE-----\n)/)
const day = 86_400_000

function check(
  pems: Partial<{ cert: string; key: string; chain: string }>,
  now = Date.now(),
  roots: string[] = [],
) {
  const checks = checkCertificates('o', { ...client, chain: authority.chain, ...pems }, roots, now)
  return {
    crosses: checks.filter(({ isGood }) => !isGood).map(({ text }) => text),
    lines: checks.map(({ text }) => text),
  }
}

test('what belongs together has a tick a line, with the days that are left', () => {
  const { crosses, lines } = check({})
  deepEqual(crosses, [])
  equal(lines.length, 6)
  match(lines.at(-3) ?? '', /^the certificate acme lasts for 364 more days, until \d{4}-\d\d-\d\d$/)
})

test('a key of another certificate is a cross', () => {
  match(check({ key: other.key }).crosses.join(), /^the key does not belong to the certificate/)
})

test('a chain without its root is a cross, unless a further authority is behind it', () => {
  match(
    check({ chain: intermediate }).crosses.join(),
    /^the chain does not verify: nobody in it has signed ours intermediate/,
  )
  deepEqual(check({ chain: intermediate }, Date.now(), [root]).crosses, [])
})

test('a client certificate that the chain has not signed is left to the handshake', () => {
  const { crosses, lines } = check({ cert: other.cert, key: other.key })
  deepEqual(crosses, [])
  match(lines.join('\n'), /nobody in the chain has signed the client certificate; Devo decides/)
})

test('certificates that have ended, end soon, or do not count yet say so', () => {
  const now = Date.now()
  match(check({}, now + 366 * day).crosses.join('\n'), /the certificate acme ended on .*; get a new one/)
  match(
    check({}, now - 2 * day).crosses.join('\n'),
    /the certificate acme is valid only from .* on; correct the clock/,
  )
  match(check({}, now + 350 * day).lines.join('\n'), /acme lasts for 14 more days, .*get a new one/)
})
