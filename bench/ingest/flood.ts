// A WebSocket server that sends message events as fast as they are taken, in clear text: what TLS costs is the same
// for everybody. It is told how many to whom; a session
// is known by the path that it asked for. Started by child.ts.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createEvents } from '@podpipe/simulators/events/events.ts'
import { WebSocketServer } from 'ws'

/** Asks for `events` more to be sent to whoever asked for an address that begins so. */
export interface Flood {
  readonly path: string
  readonly events: number
}

/** Events that go out in one write, some 60 kB. */
const blockEvents = 16
const blocks = 256
/** Proofpoint's message events are about 3.7 kB; the simulator's vary more. */
const usualSize = { least: 3_300, most: 4_500 }

const events = createEvents(1)
const time = Date.now()
const frames = Array.from({ length: 3 * blocks * blockEvents }, (_, at) => events.event('message', at, time))
  .filter(({ length }) => usualSize.least <= length && length <= usualSize.most)
  .map(textFrame)
const flood = Array.from({ length: blocks }, (_, block) =>
  Buffer.concat(frames.slice(block * blockEvents, (block + 1) * blockEvents)),
)
const bytes = flood.reduce((sum, block) => sum + block.length, 0) / (blocks * blockEvents)
const sessions = new Map<string, Duplex>()

const server = createServer()
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
// The handshake, pings and the close are ws's; whole frames of ours may stand between whole frames of its own.
server.on('upgrade', (request, socket, head) => {
  webSockets.handleUpgrade(request, socket, head, session => {
    const address = request.url ?? ''
    sessions.set(address, socket)
    session.on('close', () => sessions.get(address) === socket && sessions.delete(address))
    session.on('error', () => undefined)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
process.send?.({ port, bytes: Math.round(bytes) })

process.on('message', async ({ path, events }: Flood) => {
  for (let sent = 0; sent < events; ) {
    const socket = [...sessions].find(([address]) => address.startsWith(path))?.[1]
    if (socket === undefined || !socket.writable) {
      await new Promise(resolve => setTimeout(resolve, 10))
      continue
    }
    const block = flood[(sent / blockEvents) % blocks]
    sent += blockEvents
    if (!socket.write(block)) await roomIn(socket)
  }
})

/** Resolves when a socket can be written to again, or never more. */
function roomIn(socket: Duplex): Promise<void> {
  return new Promise(resolve => {
    const go = (): void => {
      socket.off('drain', go).off('close', go)
      resolve()
    }
    socket.on('drain', go).on('close', go)
  })
}

/** A text frame as a server sends it: not masked. */
function textFrame(payload: Buffer): Buffer {
  const isLong = payload.length > 0xffff
  const header = Buffer.alloc(payload.length < 126 ? 2 : isLong ? 10 : 4)
  header[0] = 0x81
  header[1] = payload.length < 126 ? payload.length : isLong ? 127 : 126
  if (isLong) header.writeBigUInt64BE(BigInt(payload.length), 2)
  else if (payload.length >= 126) header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, payload])
}
