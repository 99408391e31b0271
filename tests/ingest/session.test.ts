// One session of ingest against the Proofpoint simulator, and against servers that misbehave as no simulator
// of Proofpoint would.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { liveAddress } from '@podpipe/ingest/address.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { closeCodes } from '@podpipe/simulators/proofpoint/drop.ts'
import {
  type Proofpoint,
  type ProofpointOptions,
  startProofpoint,
} from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { openSession } from '../kit/chains/session.ts'
import { eventually, until } from '../kit/eventually.ts'
import { listen } from '../kit/listen.ts'

const authority = await createAuthority()
setDefaultCACertificates([...getCACertificates('default'), authority.chain])
const certificates = { server: await authority.server() }

async function simulate(t: TestContext, options: Partial<ProofpointOptions> = {}): Promise<Proofpoint> {
  const proofpoint = await startProofpoint({ certificates, ...options })
  atEnd(t, () => proofpoint.close())
  return proofpoint
}

const addressOf = (proofpoint: Proofpoint): string =>
  liveAddress(`${proofpoint.url}/v1/stream`, 'simulated_hosted', 'message')

test('frames arrive byte for byte, and a stop waits until the server has released the session', async t => {
  const proofpoint = await simulate(t)
  const { stop, frames, opened, ended } = openSession(t, addressOf(proofpoint))
  await opened
  const payloads = ['{"guid":"a"}', '{"guid":"b", "subject":"é"}\n', 'no JSON']
  for (const payload of payloads) proofpoint.offer('message', payload)
  await until('all frames are there', () => frames.length === 3)
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: true })
  await until('the server has seen the end', () => proofpoint.stats().sessions.length === 0)
  deepEqual(frames, payloads)
  deepEqual(proofpoint.stats().ends, { clean: 1, unclean: 0 })
})

test('a stop frees the session at once: the next one is not refused, however long a server remembers', async t => {
  const proofpoint = await simulate(t, { lingerMs: 600_000 })
  for (let session = 0; session < 5; session++) {
    const { stop, opened, ended } = openSession(t, addressOf(proofpoint))
    await Promise.race([opened, ended.then(end => Promise.reject(new Error(JSON.stringify(end))))])
    stop()
    deepEqual(await ended, { kind: 'stopped', clean: true })
  }
  deepEqual(proofpoint.stats().refused, {})
})

test('a stop sends a Close frame with 1000 and waits for the echo; frames before the echo are taken', async t => {
  const closes = Promise.withResolvers<{ code: number; socket: Duplex }>()
  const server = upgrading(socket => {
    let got = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk])
      // FIN and opcode 8, masked, two bytes: the code under the mask.
      if (got.length < 8 || got[0] !== 0x88) return
      const [a = 0, b = 0, c = 0, d = 0] = [got[2], got[3], got[6], got[7]]
      closes.resolve({ code: ((c ^ a) << 8) | (d ^ b), socket })
    })
  })
  const { stop, frames, opened, ended } = openSession(t, wsTo(await listen(t, server)))
  await opened
  stop()
  const { code, socket } = await closes.promise
  equal(code, 1000)
  // Long enough for one who does not wait to be gone.
  equal(await Promise.race([ended, sleep(300, 'still there')]), 'still there')
  socket.write(Buffer.from([0x81, 2, 0x7b, 0x7d]))
  socket.end(Buffer.from([0x88, 2, 0x03, 0xe8]))
  deepEqual(await ended, { kind: 'stopped', clean: true })
  deepEqual(frames, ['{}'])
})

test('a stop whose Close frame nobody answers ends all the same, as unclean', async t => {
  const server = upgrading(() => undefined)
  const { stop, opened, ended } = openSession(t, wsTo(await listen(t, server)))
  await opened
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: false })
})

test('a server that falls silent is given up after two periods', async t => {
  const proofpoint = await simulate(t)
  const { opened, ended } = openSession(t, addressOf(proofpoint), { pingInterval: 50 })
  await opened
  proofpoint.drop('message', 'vanish')
  equal((await ended).kind, 'silent')
})

test('a wrong key is refused with 401 and its words', async t => {
  const proofpoint = await simulate(t)
  const end = await openSession(t, addressOf(proofpoint), { apiKey: 'wrong' }).ended
  ok(end.kind === 'refused' && end.status === 401 && end.body.length > 0, JSON.stringify(end))
})

test('a second session of one key is refused with 409, and the first goes on', async t => {
  const proofpoint = await simulate(t)
  const first = openSession(t, addressOf(proofpoint))
  await first.opened
  const end = await openSession(t, addressOf(proofpoint)).ended
  ok(end.kind === 'refused' && end.status === 409, JSON.stringify(end))
  proofpoint.offer('message', '{}')
  await until('the first session still receives', () => first.frames.length === 1)
})

for (const [manner, code] of [
  ['reset', 1006],
  ['cut', 1006],
  ['close', 1001],
  ...closeCodes.map(each => [each, each] as const),
] as const) {
  test(`a session that ends by ${manner} tells code ${code}`, async t => {
    const proofpoint = await simulate(t)
    const { opened, ended } = openSession(t, addressOf(proofpoint))
    await opened
    proofpoint.drop('message', manner)
    const end = await ended
    ok(end.kind === 'closed' && end.code === code, JSON.stringify(end))
    equal(end.clean, code !== 1006)
  })
}

const large = JSON.stringify({ text: 'x'.repeat(1_000_000) })

test('while Kafka is behind the socket is paused, and read on when there is room', async t => {
  const proofpoint = await simulate(t)
  const room = Promise.withResolvers<void>()
  let isFull = true
  const { frames, opened } = openSession(t, addressOf(proofpoint), {
    isFull: () => isFull,
    room: () => room.promise,
  })
  await opened
  const offered = 60
  for (let each = 0; each < offered; each++) proofpoint.offer('message', large)
  const sent = await eventually('the server can write no more', async () => {
    const before = proofpoint.progress().message.sent
    await new Promise(resolve => setTimeout(resolve, 200))
    return before > 0 && proofpoint.progress().message.sent === before ? before : undefined
  })
  ok(sent < offered, `the server has written ${sent} of ${offered} frames to a socket that is paused`)
  isFull = false
  room.resolve()
  await until('all frames are there', () => frames.length === offered)
})

test('a socket that stays paused for too long is closed in order: what the server had written is taken', async t => {
  const proofpoint = await simulate(t)
  const { frames, opened, ended } = openSession(t, addressOf(proofpoint), {
    isFull: () => true,
    room: () => new Promise(() => undefined),
    pauseLimit: 100,
  })
  await opened
  for (let each = 0; each < 5; each++) proofpoint.offer('message', large)
  equal((await ended).kind, 'congested')
  await until('the server has seen the end', () => proofpoint.stats().sessions.length === 0)
  deepEqual(proofpoint.stats().ends, { clean: 1, unclean: 0 })
  equal(frames.length, proofpoint.progress().message.sent)
})

/** A server that agrees to speak WebSocket and then leaves the socket to the test. */
function upgrading(speak: (socket: Duplex) => void): Server {
  return createHttpServer().on('upgrade', (request, socket: Duplex) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    speak(socket)
  })
}

const wsTo = (port: number): string => `ws://127.0.0.1:${port}/`

test('a stop before the server has answered the handshake ends at once', async t => {
  const server = createServer()
  const connected = new Promise(resolve => server.once('connection', resolve))
  const { stop, ended } = openSession(t, wsTo(await listen(t, server)))
  await connected
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: true })
})

test('a stop before the session begins opens none', async t => {
  deepEqual(await openSession(t, 'ws://127.0.0.1:1/', { signal: AbortSignal.abort() }).ended, {
    kind: 'stopped',
    clean: true,
  })
})

test('where nobody listens the end says so', async t => {
  const server = createServer()
  const address = wsTo(await listen(t, server))
  await new Promise(resolve => server.close(resolve))
  const end = await openSession(t, address).ended
  ok(end.kind === 'unreachable' && end.reason.includes('ECONNREFUSED'), JSON.stringify(end))
})

test('a refusal whose body never ends is a refusal all the same', async t => {
  const server = createHttpServer().on('upgrade', (_, socket: Duplex) => {
    socket.write('HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n')
    const more = (): void => {
      while (!socket.destroyed && socket.write('no, and no. '.repeat(100)));
    }
    socket.on('drain', more)
    more()
  })
  const end = await openSession(t, wsTo(await listen(t, server))).ended
  ok(end.kind === 'refused' && end.status === 403 && end.body.length === 4_096, JSON.stringify(end))
})

test('a frame that no Kafka record can hold is told of and left out, and the session goes on', async t => {
  const proofpoint = await simulate(t)
  const oversize: number[] = []
  const { stop, frames, opened, ended } = openSession(t, addressOf(proofpoint), {
    onOversize: frame => oversize.push(frame.length),
  })
  await opened
  proofpoint.offer('message', '{"guid":"before"}')
  proofpoint.offer('message', Buffer.alloc(17 * 1024 * 1024, 'x'))
  proofpoint.offer('message', '{"guid":"behind"}')
  await until('the frame behind it is there', () => frames.length === 2)
  deepEqual(frames, ['{"guid":"before"}', '{"guid":"behind"}'])
  deepEqual(oversize, [17 * 1024 * 1024])
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: true })
})

test('a text frame that is not UTF-8 is taken as it came, and the session goes on', async t => {
  const proofpoint = await simulate(t)
  const taken: Buffer[] = []
  const { stop, opened, ended } = openSession(t, addressOf(proofpoint), {
    onFrame: frame => taken.push(frame),
  })
  await opened
  const sent = [Buffer.from([0x22, 0xe9, 0x22]), Buffer.from('"behind"')]
  for (const frame of sent) proofpoint.offer('message', frame, { binary: false })
  await until('both are there', () => taken.length === 2)
  deepEqual(taken, sent)
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: true })
})

test('a frame that would be a flood ends the session with 1009', async t => {
  const server = upgrading(socket => {
    const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0])
    header.writeBigUInt64BE(BigInt(129 * 1024 * 1024), 2)
    socket.write(header)
    // The peer answers the Close frame by closing.
    socket.on('data', () => socket.end())
  })
  const end = await openSession(t, wsTo(await listen(t, server))).ended
  ok(end.kind === 'closed' && end.code === 1009, JSON.stringify(end))
})
