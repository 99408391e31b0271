// Frames come out whole and in memory of their own, however the network cuts them up.

import { deepEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { createServer as createSecureServer } from 'node:tls'
import { createPems } from '../../config/fixture.ts'
import { inPieces } from '../encoding/request-pieces.ts'
import { createFrameReader, createFrameSocket } from './frame-socket.ts'

const framed = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length, text)
  bytes.writeInt32BE(text.length)
  bytes.write(text, 4)
  return bytes
}

const texts = ['one', '', 'three'.repeat(40), 'x']
const stream = Buffer.concat(texts.map(framed))

test('frames come out whole, at every way to cut the stream in pieces of one size', () => {
  for (let size = 1; size <= stream.length; size++) {
    const found: string[] = []
    const reader = createFrameReader(frame => found.push(frame.toString()))
    // One buffer for all that is read, as the sockets have it.
    const shared = Buffer.alloc(size)
    for (let at = 0; at < stream.length; at += size) {
      const length = stream.copy(shared, 0, at, at + size)
      reader.read(shared.subarray(0, length))
    }
    deepEqual(
      found,
      texts.map(text => framed(text).toString()),
      `in pieces of ${size}`,
    )
  }
})

test('a socket hands out frames, and tells its end', async t => {
  const server = createServer(socket => {
    socket.write(stream.subarray(0, 9))
    setImmediate(() => socket.end(stream.subarray(9)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const socket = createFrameSocket({ host: '127.0.0.1', port, onConnect: () => undefined })
  const found: string[] = []
  socket.on('data', frame => found.push(frame.toString()))
  await once(socket, 'end')
  deepEqual(
    found,
    texts.map(text => framed(text).toString()),
  )
})

test('whoever is not Kafka is told from it, and no memory is asked for', async t => {
  const server = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const socket = createFrameSocket({ host: '127.0.0.1', port, onConnect: () => undefined })
  socket.on('data', () => equal(true, false, 'nothing there is a frame'))
  const [error] = await once(socket, 'error')
  match(error.message, /not Kafka.*kafka\.brokers/)
})

test('a request in pieces goes out whole, in order, and another one behind it', async t => {
  const read: Buffer[] = []
  const server = createServer(socket => socket.on('data', bytes => read.push(bytes))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const socket = createFrameSocket({ host: '127.0.0.1', port, onConnect: () => undefined })
  socket.write(inPieces(Buffer.from('one '), [Buffer.from('two '), Buffer.alloc(0), Buffer.from('three ')]))
  socket.write('four', 'binary')
  socket.end()
  await once(socket.resume(), 'close')
  equal(Buffer.concat(read).toString(), 'one two three four')
})

test('over TLS a request in pieces goes out whole, and an answer comes in as it is', async t => {
  const { cert, key } = await createPems()
  const read: Buffer[] = []
  const server = createSecureServer({ cert, key }, socket => {
    socket.on('data', bytes => read.push(bytes))
    socket.on('end', () => socket.end(stream))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  // Who is trusted is told end to end; here it is only what flows.
  const ssl = { rejectUnauthorized: false }
  const socket = createFrameSocket({ host: '127.0.0.1', port, ssl, onConnect: () => undefined })
  const found: Buffer[] = []
  socket.on('data', bytes => found.push(bytes))
  socket.write(inPieces(Buffer.from('one '), [Buffer.from('two '), Buffer.from('three')]))
  socket.end()
  await once(socket, 'close')
  equal(Buffer.concat(read).toString(), 'one two three')
  deepEqual(Buffer.concat(found), stream)
})
