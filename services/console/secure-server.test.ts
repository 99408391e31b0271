// The console's own TLS: what it answers with, and that renewed files are taken up.

import { equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { createPems } from '@podpipe/runtime/config/fixture.ts'
import { own, testConsole } from './access/test-console.ts'

async function secureConsole(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-console-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [cert, key] = [join(folder, 'a.crt'), join(folder, 'a.key')]
  const renew = async (): Promise<void> => {
    const pems = await createPems()
    writeFileSync(cert, pems.cert)
    writeFileSync(key, pems.key)
  }
  await renew()
  const made = await testConsole(t, { tls: { cert, key } })
  await made.server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = made.server.server.address() as AddressInfo
  const fingerprint = (): Promise<string> =>
    new Promise((resolve, reject) => {
      // Whom it belongs to is not asked: the certificate is one of the moment.
      get({ port, path: '/api/v1/access', rejectUnauthorized: false, agent: false }, response => {
        equal(response.statusCode, 200)
        resolve((response.socket as TLSSocket).getPeerCertificate().fingerprint256)
        response.resume()
      }).once('error', reject)
    })
  return { ...made, cert, renew, fingerprint }
}

test('the console speaks TLS, takes renewed files up, and keeps the last good ones', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { fingerprint, renew, cert } = await secureConsole(t)
  const look = (): void => t.mock.timers.tick(5_000)
  look()
  const first = await fingerprint()
  await renew()
  look()
  const second = await fingerprint()
  equal(first === second, false)
  writeFileSync(cert, 'spoilt')
  look()
  look()
  equal(await fingerprint(), second)
})

test('over TLS the cookie of a session goes over nothing else', async t => {
  const { server } = await secureConsole(t)
  const { headers } = await server.inject({
    method: 'POST',
    url: '/api/v1/access',
    headers: own,
    payload: { name: 'viewer', password: 'viewer' },
  })
  match(String(headers['set-cookie']), /; Secure;/)
})
