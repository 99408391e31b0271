// Memory that is read into again and again: no frame may be another one's bytes, however frames lie in what is read.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { hash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { wholeBelow } from '@podpipe/runtime/test-random.ts'
import WebSocket, { WebSocketServer } from 'ws'
import { createReading } from './reading.ts'

/** Sends frames, each in one or several fragments, as soon as somebody comes; then closes. */
async function serve(t: TestContext, frames: readonly Buffer[], fragmentsOf: (at: number) => number) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  t.after(() => server.close())
  server.on('connection', socket => {
    for (const [at, frame] of frames.entries()) {
      const size = Math.ceil(frame.length / fragmentsOf(at)) || 1
      for (let from = 0; ; from += size) {
        const fin = from + size >= frame.length
        socket.send(frame.subarray(from, from + size), { fin })
        if (fin) break
      }
      // Small frames of the server's own between those.
      if (at % 100 === 0) socket.ping('still here')
    }
    socket.close(1000)
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What came, by digest, and in how many stretches of memory it lay. */
async function read(address: string) {
  const reading = createReading(false)
  const socket = new WebSocket(address, {
    createConnection: reading.connect,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  const digests: string[] = []
  const stretches = new Set<ArrayBufferLike>()
  socket.on('message', (frame: Buffer) => {
    reading.came()
    digests.push(hash('sha1', frame))
    if (frame.buffer.byteLength === 2 * (64 * 1024 - 1)) stretches.add(frame.buffer)
    // As back-pressure does, now and then.
    if (digests.length % 500 === 0) {
      socket.pause()
      setTimeout(() => socket.resume(), 5)
    }
  })
  const [code] = await once(socket, 'close')
  equal(code, 1000)
  return { digests, stretches: stretches.size }
}

test('frames of every size, whole and in fragments, come as they were sent', async t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = wholeBelow(seed)
  const sizes = [0, 1, 125, 126, 4_000, 65_535, 65_536]
  const frames = Array.from({ length: 2_000 }, (_, at) => {
    const size = at % 200 === 7 ? random(600_000) : random(4) === 0 ? (sizes[random(7)] ?? 0) : random(6_000)
    return Buffer.alloc(size, `${at} `)
  })
  const address = await serve(t, frames, at => (at % 9 === 0 ? 1 + random(4) : 1))
  const { digests } = await read(address)
  deepEqual(
    digests,
    frames.map(frame => hash('sha1', frame)),
  )
})

test('a flood of events is read into two stretches of memory by turns', async t => {
  const frames = Array.from({ length: 3_000 }, (_, at) => Buffer.alloc(3_700, `${at} `))
  const { digests, stretches } = await read(await serve(t, frames, () => 1))
  equal(digests.length, frames.length)
  ok(stretches === 2, `${stretches} stretches`)
})
