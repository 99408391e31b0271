import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type ConnectionOptions, connect, createServer } from 'node:tls'
import { createAuthority } from './authority.ts'
import { type Certificates, createCertificates, loadCertificates } from './certificates.ts'

async function folder(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'podpipe-certificates-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'certs')
}

/** Connects to a server that demands a client certificate, and says what came of it. */
async function handshake(
  t: TestContext,
  certificates: Certificates,
  options: ConnectionOptions,
  servername = 'localhost',
) {
  const server = createServer(
    { ...certificates.server, ca: certificates.chain, requestCert: true, rejectUnauthorized: true },
    socket => socket.end(`hello ${socket.getPeerCertificate().subject.CN}`),
  )
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ ...options, port, host: '127.0.0.1', servername })
  t.after(() => socket.destroy())
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  // With TLS 1.3 the client learns of its refusal only after its own side of the handshake is done.
  const failure = await new Promise<string>(resolve => {
    socket.once('error', error => resolve('code' in error ? String(error.code) : error.message))
    socket.once('close', () => resolve(''))
  })
  return failure || text || 'closed without a word'
}

test('client and server with certificates of the same folder trust each other', async t => {
  const certificates = await createCertificates(await folder(t), { domain: 'acme' })
  const { cert, key } = certificates.client
  assert.equal(await handshake(t, certificates, { ca: certificates.chain, cert, key }), 'hello acme')
})

test('the server can be reached by further names when they were asked for', async t => {
  const certificates = await createCertificates(await folder(t), { hostNames: ['proofpoint'] })
  const { cert, key } = certificates.client
  const identity = { ca: certificates.chain, cert, key }
  assert.equal(await handshake(t, certificates, identity, 'proofpoint'), 'hello simulated')
  assert.equal(await handshake(t, certificates, identity, 'strange'), 'ERR_TLS_CERT_ALTNAME_INVALID')
})

test('a client without a certificate is refused', async t => {
  const certificates = await createCertificates(await folder(t))
  assert.match(
    await handshake(t, certificates, { ca: certificates.chain }),
    /ECONNRESET|EPIPE|CERTIFICATE_REQUIRED|closed/,
  )
})

test('a client with a certificate of another authority is refused', async t => {
  const certificates = await createCertificates(await folder(t))
  const stranger = await (await createAuthority()).client('acme')
  const answer = await handshake(t, certificates, { ca: certificates.chain, ...stranger })
  assert.match(answer, /ECONNRESET|EPIPE|UNKNOWN_CA|closed/)
})

test('a server of another authority is not trusted', async t => {
  const certificates = await createCertificates(await folder(t))
  const { chain } = await createAuthority()
  const { cert, key } = certificates.client
  assert.match(await handshake(t, certificates, { ca: chain, cert, key }), /SIGNATURE|UNABLE|CERT/)
})

test("the files bear the vendor's names and only the owner can read the keys", async t => {
  const directory = await folder(t)
  const { client } = await createCertificates(directory, { domain: 'acme.example' })
  assert.equal(client.certFile, join(directory, 'acme.example.crt'))
  assert.equal(await readFile(client.keyFile, 'utf8'), client.key)
  for (const file of ['acme.example.key', 'server.key']) {
    assert.equal((await stat(join(directory, file))).mode & 0o777, 0o600)
  }
})

test('certificates are made once and then read', async t => {
  const directory = await folder(t)
  const made = await loadCertificates(directory)
  assert.deepEqual(await loadCertificates(directory), made)
})

test('a folder in which a file is missing is an error, not a reason to make all anew', async t => {
  const directory = await folder(t)
  await createCertificates(directory)
  await rm(join(directory, 'server.key'))
  await assert.rejects(loadCertificates(directory), /ENOENT.*server\.key/)
})

test('a domain that would leave the folder is refused', async t => {
  await assert.rejects(createCertificates(await folder(t), { domain: '../x' }), /not fit/)
})
