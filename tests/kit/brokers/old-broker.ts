// A broker of long ago, as far as a client sees that gets no further than asking what it understands: Kafka 0.10.

import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { listen } from '../listen.ts'
import { framed, int16, int32, text } from './kafka-bytes.ts'

const [metadata, apiVersions] = [3, 18]

/** By the number of a request: its latest version in Kafka 0.10.2. */
const latest: Readonly<Record<number, number>> = { 0: 2, 1: 3, 2: 1, [metadata]: 2, [apiVersions]: 0 }

/** Starts it; it is gone when the test ends. @returns its address */
export async function startOldBroker(t: TestContext): Promise<string> {
  let port = 0
  const server = createServer(socket => {
    let read = Buffer.alloc(0)
    socket.on('data', bytes => {
      read = Buffer.concat([read, bytes])
      while (read.length >= 4 && read.length >= 4 + read.readInt32BE()) {
        const request = read.subarray(4, 4 + read.readInt32BE())
        read = read.subarray(4 + read.readInt32BE())
        const [key, version] = [request.readInt16BE(0), request.readInt16BE(2)]
        socket.write(
          framed(int32(request.readInt32BE(4)), key === apiVersions ? versions(version) : brokers(port)),
        )
      }
    })
  })
  port = await listen(t, server)
  return `127.0.0.1:${port}`
}

function versions(asked: number): Buffer {
  const rows = Object.entries(latest).map(([key, most]) =>
    Buffer.concat([int16(Number(key)), int16(0), int16(most)]),
  )
  const unsupported = 35
  const isKnown = asked <= (latest[apiVersions] ?? 0)
  return Buffer.concat([int16(isKnown ? 0 : unsupported), int32(rows.length), ...rows, int32(0)])
}

/** Metadata of version 2: itself, and no topics. */
const brokers = (port: number): Buffer =>
  Buffer.concat([
    int32(1),
    int32(1),
    text('127.0.0.1'),
    int32(port),
    int16(-1),
    text('old'),
    int32(1),
    int32(0),
  ])
