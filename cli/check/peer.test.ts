// How a peer takes the connection, or refuses it, each told apart.

import { equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createAuthority, createServerPair } from '@podpipe/forwarder/peers/test-certificates.ts'
import type { TlsOutput } from '@podpipe/runtime/config/config.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { checkPeer } from './peer.ts'

const folder = mkdtempSync(join(tmpdir(), 'podpipe-peer-'))
after(() => rmSync(folder, { recursive: true }))
const ours = await createCertificates(join(folder, 'ours'))
const theirs = await createCertificates(join(folder, 'theirs'))
const authority = await createAuthority()
const yesterday = new Date(Date.now() - 86_400_000)
const expired = await createServerPair(authority, undefined, yesterday)
const both = join(folder, 'both.crt')
writeFileSync(both, `${ours.chain}${authority.cert}`)
const peers = {
  good: await startDevo({ certificates: ours }),
  old: await startDevo({ certificates: ours, maxVersion: 'TLSv1.2' }),
  stranger: await startDevo({ certificates: theirs }),
  refusing: await startDevo({ certificates: { server: ours.server, chain: theirs.chain } }),
  refusingAtOnce: await startDevo({
    certificates: { server: ours.server, chain: theirs.chain },
    maxVersion: 'TLSv1.2',
  }),
  expired: await startDevo({ certificates: { server: expired, chain: ours.chain } }),
  elsewhere: await startDevo({ certificates: ours, host: '127.0.0.2' }),
  plain: await startDevo({}),
}
after(() => Promise.all(Object.values(peers).map(peer => peer.close())))
const clear = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
await new Promise<void>(resolve => clear.listen(0, '127.0.0.1', resolve))
after(() => clear.close())

const check = (port: number, more: Partial<TlsOutput> = {}) =>
  checkPeer({
    name: 'o',
    kind: 'tls',
    enabled: true,
    services: [],
    maxEventBytes: undefined,
    address: 'localhost',
    port,
    confirm: 'auto',
    connections: 4,
    chain: both,
    cert: ours.client.certFile,
    key: ours.client.keyFile,
    checkHostname: true,
    securityLevel: undefined,
    systemRoots: true,
    compression: { threshold: 2, level: 6, bufferBytes: 1024 },
    ...more,
  })

for (const [name, port, address, isGood, expected] of [
  [
    'a peer that takes it',
    peers.good.port,
    'localhost',
    true,
    /takes the certificate, and its own verifies$/,
  ],
  ['the same with TLS 1.2', peers.old.port, 'localhost', true, /takes the certificate/],
  [
    'one of another authority',
    peers.stranger.port,
    'localhost',
    false,
    /not signed by an authority of the chain/,
  ],
  [
    'one that refuses behind the handshake',
    peers.refusing.port,
    'localhost',
    false,
    /refuses the client certificate/,
  ],
  [
    'one that refuses in the handshake',
    peers.refusingAtOnce.port,
    'localhost',
    false,
    /refuses the client certificate|look into the peer's log/,
  ],
  [
    'one whose certificate has expired',
    peers.expired.port,
    'localhost',
    false,
    /certificate has expired\. The peer's certificate or chain has expired: renew it, or correct this machine's clock\.$/,
  ],
  ['one of another name', peers.elsewhere.port, '127.0.0.2', false, /does not name this address/],
  ['one without TLS', (clear.address() as { port: number }).port, 'localhost', false, /does not speak TLS/],
  ['nobody', 1, 'localhost', false, /Nothing listens there/],
  ['a name that nobody has', 1, 'podpipe.invalid', false, /name/],
] as const) {
  test(`${name}: ${isGood ? 'a tick' : 'a cross'}, and why`, async () => {
    const { isGood: found, text } = await check(port, { address })
    match(text, expected)
    equal(found, isGood)
  })
}

test('a relay on plain TCP is only connected to, and nothing is written', async () => {
  const { name, enabled, services, maxEventBytes } = {
    name: 'o',
    enabled: true,
    services: [],
    maxEventBytes: undefined,
  }
  const common = {
    name,
    enabled,
    services,
    maxEventBytes,
    kind: 'tcp',
    confirm: 'auto',
    connections: 4,
  } as const
  const { isGood, text } = await checkPeer({ ...common, address: 'localhost', port: peers.plain.port })
  equal(isGood, true)
  match(text, /takes connections$/)
  equal(peers.plain.stats().frames, 0)
})
