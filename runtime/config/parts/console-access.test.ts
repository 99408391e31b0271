import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from '../fixture.ts'
import { interpret } from '../interpret.ts'

const hash = '$scrypt$ln=15,r=8,p=3$c2l4dGVlbiBieXRlcyAhIQ$bm90IHRoZSBoYXNoIG9mIGFueSBwYXNzd29yZCBhdCBhbGw'
const pems = await createPems()
const around = surroundings(pems, { '/pod/certs/anna.hash': `${hash}\n` })

const read = (text: string) => interpret(`${vendorFile}\nconsole:\n${text.replaceAll(/^/gm, '  ')}\n`, around)

const faultsOf = (text: string): string[] =>
  read(text).findings.faults.map(each => `${each.path}: ${each.text}`)

test('users have their hash in the file or in one of their own, and a role', () => {
  const { config, findings } = read(
    `users:\n  anna@example.com: {password_hash_file: anna.hash, role: admin}\n  ben: {password_hash: "${hash}"}`,
  )
  deepEqual(findings.faults, [])
  deepEqual(config?.console.users, [
    { name: 'anna@example.com', passwordHash: hash, role: 'admin' },
    { name: 'ben', passwordHash: hash, role: 'viewer' },
  ])
})

for (const [name, text, expected] of [
  [
    'a user without a hash',
    'users:\n  anna: {role: admin}',
    [/^console.users.anna.password_hash: is missing/],
  ],
  [
    'a password in place of a hash',
    'users:\n  anna: {password_hash: hunter22}',
    [/^console.users.anna.password_hash: is no hash/],
  ],
  [
    'a role that is none',
    `users:\n  anna: {password_hash: "${hash}", role: root}`,
    [/^console.users.anna.role: must be one of viewer/],
  ],
  ['a name that would not do', `users:\n  "anna, ben": {password_hash: "${hash}"}`, [/is no good name/]],
  [
    'a header that anybody could write',
    'proxy: {user_header: x-user}',
    [/^console.proxy.user_header: .*name the addresses/],
  ],
  [
    'a network that is none',
    'proxy: {addresses: [10.0.0.0/99]}',
    [/^console.proxy.addresses: is no IP address/],
  ],
  [
    'an issuer without the rest',
    'oidc: {issuer: "https://login.example.com"}',
    [/^console.oidc.client_id: is missing/, /^console.public_url: is missing/],
  ],
  [
    'a client without an issuer',
    'oidc: {client_id: podpipe}',
    [/^console.oidc.client_id: has no effect without issuer/],
  ],
  [
    'an issuer in clear text',
    'public_url: https://a.example.com\noidc: {issuer: "http://login.example.com", client_id: a}',
    [/^console.oidc.issuer: is not https/],
  ],
  [
    'TLS without files',
    'tls: {enabled: true}',
    [/^console.tls.cert: is missing/, /^console.tls.key: is missing/],
  ],
  [
    'a key of another certificate',
    'tls: {enabled: true, cert: acme.crt, key: chain.crt}',
    [/^console.tls.key: .*holds a certificate/],
  ],
] as const) {
  test(`${name} is refused`, () => {
    const faults = faultsOf(text)
    equal(faults.length, expected.length, faults.join('\n'))
    for (const [index, each] of expected.entries()) match(faults[index] ?? '', each)
  })
}

test('no message holds what was written in place of a hash', () => {
  equal(faultsOf('users:\n  anna: {password_hash: hunter22}').join().includes('hunter22'), false)
})

test('the secret of the issuer comes from the environment as well', () => {
  const { config } = interpret(
    `${vendorFile}\nconsole: {public_url: "https://a.example.com/pod", oidc: {issuer: "https://b.example.com/realm", client_id: podpipe}}`,
    { ...around, env: { PODPIPE_CONSOLE_OIDC_CLIENT_SECRET: 'canary' } },
  )
  equal(config?.console.oidc?.clientSecret, 'canary')
  equal(config?.console.oidc?.issuer, 'https://b.example.com/realm')
  equal(config?.console.publicUrl, 'https://a.example.com/pod/')
})

for (const [text, isWarned] of [
  ['host: 0.0.0.0', true],
  ['host: 127.0.0.1', false],
  ['host: 0.0.0.0\nenabled: false', false],
  [`host: 0.0.0.0\nusers: {anna: {password_hash: "${hash}"}}`, false],
  ['host: 0.0.0.0\nproxy: {addresses: [10.1.2.3], user_header: x-user}', false],
  ['host: 0.0.0.0\nproxy: {addresses: [10.1.2.3]}', true],
] as const) {
  test(`${JSON.stringify(text.replace(hash, '…'))} ${isWarned ? 'is warned of: nobody could sign in' : 'is fine'}`, () => {
    const { findings } = read(text)
    deepEqual(findings.faults, [])
    equal(
      findings.warnings.some(each => each.text.includes('nobody could sign in')),
      isWarned,
    )
  })
}
