// Certificates that cannot be used are explained at start, by file and with what to do.

import { equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { createAuthority, createClientPair } from '../peers/test-certificates.ts'
import { createClientContext, readTlsMaterial, type TlsFiles } from './tls-material.ts'

const authority = await createAuthority()
const client = await createClientPair(authority)
const other = await createClientPair(authority)

async function writeFiles(t: TestContext, texts: TlsFiles): Promise<TlsFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'podpipe-pem-'))
  t.after(() => rm(folder, { recursive: true }))
  const files = {
    cert: join(folder, 'domain.crt'),
    key: join(folder, 'domain.key'),
    chain: join(folder, 'chain.crt'),
  }
  for (const name of ['cert', 'key', 'chain'] as const) await writeFile(files[name], texts[name])
  return files
}

function faultOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message
    throw error
  }
  return 'no fault'
}

test('good files are read and make a context', async t => {
  const files = await writeFiles(t, { ...client, chain: authority.cert })
  const material = readTlsMaterial(files)
  equal(material.cert, client.cert)
  createClientContext(material)
})

for (const [name, changes, pattern] of [
  [
    'a certificate that is no PEM',
    { cert: 'nonsense' },
    /client certificate \(cert\) in .*domain\.crt is not usable PEM/,
  ],
  ['a key that is no PEM', { key: 'nonsense' }, /private key \(key\) in .*domain\.key is not usable PEM/],
  ['a chain that is no PEM', { chain: '' }, /chain \(chain\) in .*chain\.crt is not usable PEM/],
  [
    'a key of another certificate',
    { key: other.key },
    /domain\.key does not belong to the certificate .*domain\.crt/,
  ],
] satisfies [string, Partial<TlsFiles>, RegExp][])
  test(`${name} is refused with its path`, async t => {
    const files = await writeFiles(t, { ...client, chain: authority.cert, ...changes })
    match(
      faultOf(() => readTlsMaterial(files)),
      pattern,
    )
  })

test('a missing file is refused with its path', async t => {
  const files = await writeFiles(t, { ...client, chain: authority.cert })
  const fault = faultOf(() => readTlsMaterial({ ...files, key: `${files.key}.gone` }))
  match(fault, /private key \(key\) cannot be read: ENOENT.*domain\.key\.gone.*Check the path/)
})

test('material that OpenSSL refuses is a fault of the configuration', () => {
  match(
    faultOf(() => createClientContext({ cert: client.cert, key: other.key, chain: authority.cert })),
    /cannot be used for TLS: .*Get a new certificate/,
  )
})

test('a security level and the public authorities are a choice', () => {
  const material = { ...client, chain: authority.cert }
  for (const choices of [{ securityLevel: 1 }, { securityLevel: 2, systemRoots: false }, {}])
    createClientContext(material, choices)
  match(
    faultOf(() => createClientContext(material, { securityLevel: 5 })),
    /cannot be used for TLS: .*too (small|weak)/,
  )
})
