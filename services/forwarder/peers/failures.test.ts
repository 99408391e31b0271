// Every way in which a connection does not come about, on real sockets: said once, with its fix, tried again ever less
// often, and nothing goes out unencrypted meanwhile.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { PeerOutputOptions } from '../output-options.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const authority = await createAuthority()
const stranger = await createAuthority('another authority')
const server = await createServerPair(authority)
const client = await createClientPair(authority)
const tls = { ...client, chain: authority.cert }
const hourMs = 3_600_000

type Way = Partial<PeerOutputOptions> & { readonly port: number; readonly seen?: () => Buffer }

/** A peer under the TLS layer: what it gets is kept, and it does with the connection what the test says. */
async function rawPeer(t: TestContext, act: (socket: Socket) => void): Promise<Way> {
  const chunks: Buffer[] = []
  const listener = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      chunks.push(chunk)
      act(socket)
    })
    t.after(() => socket.destroy())
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.after(() => listener.close())
  return { port: (listener.address() as AddressInfo).port, tls, seen: () => Buffer.concat(chunks) }
}

/** A fatal alert as it is sent before there are keys. RFC 8446, 6. */
const alert = (description: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, description])

/** A sink that must not get an event. */
async function secureSink(t: TestContext, pair = server, material = tls): Promise<Way> {
  const sink = await startSink(t, { authority, server: pair })
  return { port: sink.port, tls: material, seen: () => Buffer.from(sink.order.join('\n')) }
}

const ways: readonly (readonly [string, (t: TestContext) => Promise<Way>, number, RegExp])[] = [
  [
    'nobody listens',
    async t => {
      const { port, close } = await startSink(t, {})
      await close()
      return { port, tls }
    },
    40,
    /ECONNREFUSED.*check that the peer runs/,
  ],
  [
    'a reset in the handshake',
    t => rawPeer(t, socket => socket.resetAndDestroy()),
    40,
    /ECONNRESET.*look into the peer's log/,
  ],
  [
    'an end in the handshake',
    t => rawPeer(t, socket => socket.end()),
    40,
    /ended the connection by itself.*look into the peer's log/,
  ],
  [
    'a peer that does not speak TLS',
    t => rawPeer(t, socket => socket.write('220 mail.example ESMTP\r\n')),
    50,
    /does not speak TLS on this port: correct `port`/,
  ],
  [
    'a peer that never answers',
    async t => ({ ...(await rawPeer(t, () => {})), connectMs: 1_000 }),
    40,
    /handshake was not done within 1000 ms.*look into the peer's log/,
  ],
  [
    'a peer of another authority',
    t => secureSink(t, server, { ...client, chain: stranger.cert }),
    50,
    /not signed by an authority of the chain: check that `chain`/,
  ],
  [
    'a certificate that has expired',
    async t => secureSink(t, await createServerPair(authority, undefined, new Date(Date.now() - hourMs))),
    50,
    /has expired: renew it, or correct this machine's clock/,
  ],
  [
    'a certificate in another name',
    async t => secureSink(t, await createServerPair(authority, { dns: 'elsewhere.example' })),
    50,
    /does not name this address: correct `address`, or set `check_hostname: false`/,
  ],
  [
    'a peer that refuses our certificate without a word',
    async t => secureSink(t, server, { ...(await createClientPair(stranger)), chain: authority.cert }),
    40,
    /with TLS 1.3 a client certificate is refused after the handshake/,
  ],
  [
    'an alert: unknown_ca',
    t => rawPeer(t, socket => socket.end(alert(48))),
    50,
    /refuses the client certificate: check that `cert` and `key`/,
  ],
  [
    'an alert: protocol_version',
    t => rawPeer(t, socket => socket.end(alert(70))),
    50,
    /offers no TLS 1.2 or 1.3 that suits: check `address` and `port`/,
  ],
  [
    'a name that nobody knows',
    // A machine without a name service says that it does not answer, which has a fix of its own.
    async () => ({ address: 'nobody.invalid', port: 1, tls }),
    0,
    /The name (is not known: correct `address`|service does not answer: check)/,
  ],
]

// Side by side: each of them mostly waits.
test('each has one line that says what to do, waits that grow, and not a byte of an event', {
  concurrency: ways.length,
}, async suite => {
  const each = ([name, way, level, pattern]: (typeof ways)[number]) =>
    suite.test(name, async t => {
      const { seen, ...settings } = await way(t)
      const third = Promise.withResolvers<void>()
      let failures = 0
      const { output, log } = startLoggedOutput(t, {
        name: 'o',
        limits: { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 20 },
        ...settings,
        // The longest that the jitter may give: 20 ms, then 0.2 s.
        random: () => {
          failures += 1
          if (failures === 3) third.resolve()
          return 1 - Number.EPSILON
        },
      })
      const begun = performance.now()
      await output.deliver([Buffer.from('secret event\n')])
      await third.promise
      ok(performance.now() - begun >= 19 + 199, 'the third try comes behind two waits')
      equal(log.length, 1, log.map(({ msg }) => msg).join('\n'))
      match(log[0]?.msg ?? '', pattern)
      if (level > 0) equal(log[0]?.level, level)
      const { unconfirmedFrames, confirmed, failing } = output.status()
      deepEqual([unconfirmedFrames, Object.values(confirmed).some(count => count > 0)], [1, false])
      ok(failing)
      const bytes = seen?.() ?? Buffer.alloc(0)
      equal(bytes.includes('secret'), false)
      // What came, if anything, began as a TLS handshake does (RFC 8446, 5.1).
      if (bytes.length > 0) equal(bytes[0], 22)
    })
  await Promise.all(ways.map(each))
})
