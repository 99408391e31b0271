// The ground of every confirmation, on real sockets: which endings are seen as clean and which are not.

import { deepEqual, equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAuthority, createClientPair, createServerPair } from '../peers/test-certificates.ts'
import { type Behaviour, startSink } from '../peers/test-sink.ts'
import { createClientContext } from '../tls/tls-material.ts'
import type { ConnectionEnd, ConnectionSettings, SecureSettings } from './connection.ts'
import { openConnection } from './peer-connection.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)
const context = createClientContext({ ...client, chain: authority.cert })

type Changes = Partial<SecureSettings> & Partial<Omit<ConnectionSettings, 'secure'>>

function settingsFor(port: number, changes: Changes = {}): ConnectionSettings {
  const { context: material = context, checkHostname = true, session, onSession, ...rest } = changes
  return {
    address: '127.0.0.1',
    port,
    secure: { context: material, checkHostname, session, onSession: onSession ?? (() => {}) },
    connectMs: 10_000,
    silenceMs: 10_000,
    needsAcknowledgements: () => false,
    ...rest,
  }
}

/** Writes some lines, half-closes, and waits for the end. */
async function runStretch(settings: ConnectionSettings, lines = 1000): Promise<ConnectionEnd> {
  const connection = openConnection(settings)
  const line = Buffer.from(`${'x'.repeat(99)}\n`)
  if (await connection.opened) {
    for (let n = 0; n < lines; n += 100)
      if (!(await connection.write(Buffer.concat(Array.from({ length: 100 }, () => line))))) break
    connection.halfClose()
  }
  return connection.ended
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const [name, behaviour, ending] of [
    ['a close_notify and FIN in answer to our half-close is clean', 'clean', 'clean'],
    ['a FIN without close_notify is a bare FIN', 'fin', 'bare_fin'],
    ['two bytes of data, which have the size of an alert, and a FIN are a bare FIN', 'two_bytes', 'bare_fin'],
    ['an RST in place of an answer is a reset', 'reset', 'reset'],
    ['an RST in mid-stream is a reset', 50_000, 'reset'],
    ['a peer that ends in order by itself has confirmed nothing', 'leave', 'error'],
  ] satisfies [string, Behaviour, string][])
    test(`${version}: ${name}`, async t => {
      const sink = await startSink(t, { authority, server, version, behave: () => behaviour })
      // One that ends by itself has to be seen before we end, also where this process stood still for a moment.
      const line = { delayMs: 50, end: (near: Socket) => near.end() }
      const port = behaviour === 'leave' ? await startLine(t, sink.port, line) : sink.port
      equal((await runStretch(settingsFor(port))).ending, ending)
    })

  test(`${version}: the second connection resumes the session and ends as clean as the first`, async t => {
    const sink = await startSink(t, { authority, server, version })
    let session: Buffer | undefined
    const onSession = (ticket: Buffer) => {
      session = ticket
    }
    const first = await runStretch(settingsFor(sink.port, { onSession }))
    const second = await runStretch(settingsFor(sink.port, { session }))
    deepEqual([first.ending, first.resumed, second.ending, second.resumed], ['clean', false, 'clean', true])
    deepEqual([sink.resumed, sink.order.length], [1, 2000])
  })
}

for (const [name, behaviour, reason] of [
  ['does not answer the half-close', 'never', /did not answer our half-close/],
  ['does not read', 'deaf', /took no byte/],
] satisfies [string, Behaviour, RegExp][])
  test(`a peer that ${name} is given up after the silence limit`, async t => {
    const sink = await startSink(t, { authority, server, behave: () => behaviour })
    const end = await runStretch(settingsFor(sink.port, { silenceMs: 300 }), 500_000)
    equal(end.ending, 'timeout')
    match(end.reason, reason)
  })

test('a refusal in order that is under way while a short stretch is half-closed does not pass for an answer', async t => {
  const sink = await startSink(t, { authority, server, behave: () => 'leave' })
  const port = await startLine(t, sink.port, { delayMs: 100, end: near => near.end() })
  const end = await runStretch(settingsFor(port))
  deepEqual([end.ending, end.stage, sink.order.length], ['error', 'open', 0])
})

test('an RST behind a close_notify in answer to our half-close is a reset', async t => {
  const sink = await startSink(t, { authority, server })
  const port = await startLine(t, sink.port, { delayMs: 0, end: near => near.resetAndDestroy() })
  const end = await runStretch(settingsFor(port))
  deepEqual([end.ending, end.stage, sink.order.length], ['reset', 'closing', 1000])
})

/**
 * A line between us and a sink: all that comes from the sink comes late, its RST never, and its FIN as the test says.
 * Resolves to the port.
 */
async function startLine(
  t: TestContext,
  sinkPort: number,
  line: { readonly delayMs: number; readonly end: (near: Socket) => void },
): Promise<number> {
  const listener = createServer({ allowHalfOpen: true }, near => {
    const far = connect({ port: sinkPort, host: '127.0.0.1', allowHalfOpen: true })
    near.on('data', chunk => far.write(chunk))
    near.on('end', () => far.end())
    far.on('data', chunk => setTimeout(() => near.write(chunk), line.delayMs))
    far.on('end', () => setTimeout(() => line.end(near), line.delayMs))
    for (const socket of [near, far]) {
      socket.on('error', () => {})
      t.after(() => socket.destroy())
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.after(() => listener.close())
  return (listener.address() as AddressInfo).port
}

test('the time to connect is limited, with a peer that accepts and never shakes hands', async t => {
  const mute = createServer(() => {})
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  t.after(() => mute.close())
  const end = await runStretch(settingsFor((mute.address() as AddressInfo).port, { connectMs: 200 }))
  deepEqual([end.ending, end.stage], ['timeout', 'handshake'])
})

test('faults of certificates end the connection with a code that says which', async t => {
  const sink = await startSink(t, { authority, server })
  const stranger = await createAuthority('another authority')
  const wrongChain = createClientContext({ ...client, chain: stranger.cert })
  const unknown = await runStretch(settingsFor(sink.port, { context: wrongChain }))
  // The sink sends its own authority along, which the client does not trust.
  equal(unknown.code, 'SELF_SIGNED_CERT_IN_CHAIN')

  const expired = await startSink(t, {
    authority,
    server: await createServerPair(authority, undefined, new Date(Date.now() - 3_600_000)),
  })
  equal((await runStretch(settingsFor(expired.port))).code, 'CERT_HAS_EXPIRED')

  const elsewhere = await startSink(t, {
    authority,
    server: await createServerPair(authority, { dns: 'elsewhere.example' }),
  })
  const named = await runStretch(settingsFor(elsewhere.port))
  equal(named.code, 'ERR_TLS_CERT_ALTNAME_INVALID')
  const unnamed = await runStretch(settingsFor(elsewhere.port, { checkHostname: false }))
  equal(unnamed.ending, 'clean')
  equal(elsewhere.order.length, 1000)
})

// Another implementation of TLS as the peer, where the machine has one at hand.
const skip =
  spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed here: apt-get install openssl'
test('an OpenSSL server ends clean, and says when it refuses our certificate', { skip }, async t => {
  const good = await startOpensslServer(t)
  equal((await runStretch(settingsFor(good))).ending, 'clean')

  const stranger = await createAuthority('another authority')
  const refused = createClientContext({ ...(await createClientPair(stranger)), chain: authority.cert })
  const end = await runStretch(settingsFor(await startOpensslServer(t), { context: refused }))
  match(end.code ?? '', /ALERT_UNKNOWN_CA$/)
})

async function startOpensslServer(t: TestContext): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'podpipe-openssl-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, text] of [
    ['ca.pem', authority.cert],
    ['cert.pem', server.cert],
    ['key.pem', server.key],
  ] as const)
    await writeFile(join(folder, name), text)
  const files = ['-cert', 'cert.pem', '-key', 'key.pem', '-CAfile', 'ca.pem', '-Verify', '2']
  const child: ChildProcess = spawn(
    'openssl',
    ['s_server', '-accept', '127.0.0.1:0', '-verify_return_error', '-naccept', '1', ...files],
    { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] },
  )
  t.after(() => child.kill('SIGKILL'))
  // It prints "ACCEPT 127.0.0.1:PORT" once it listens.
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    const port = /ACCEPT \S*:(\d+)/.exec(text)?.[1]
    if (port !== undefined) {
      child.stdout?.resume()
      return Number(port)
    }
  }
  throw new Error(`openssl s_server did not start: ${text}`)
}
