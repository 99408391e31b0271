// What the tests of the Proofpoint simulator share: a started simulator and a client that notes what it gets.

import { once } from 'node:events'
import { request } from 'node:https'
import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { createAuthority } from '../authority.ts'
import { type ProofpointOptions, startProofpoint } from './proofpoint.ts'

export const authority = await createAuthority()
const server = await authority.server()
export const query = (type: string, more = '') => `/v1/stream?cid=simulated_hosted&type=${type}${more}`

export async function start(t: TestContext, options: Partial<ProofpointOptions> = {}) {
  const proofpoint = await startProofpoint({ certificates: { server }, ...options })
  t.after(() => proofpoint.close())
  return proofpoint
}

export interface Client {
  socket: WebSocket
  frames: { bytes: Buffer; binary: boolean }[]
  /** Resolves when so many frames are there. */
  received(count: number): Promise<void>
  closed: Promise<number>
}

/** Connects; rejects with the status when the handshake is refused. */
export async function connect(t: TestContext, url: string, token = 'simulated-token'): Promise<Client> {
  const socket = new WebSocket(url, {
    ca: authority.chain,
    family: 4,
    headers: { authorization: `Bearer ${token}` },
  })
  t.after(() => socket.terminate())
  const frames: Client['frames'] = []
  let check = () => {}
  socket.on('message', (bytes: Buffer, binary) => {
    frames.push({ bytes, binary })
    check()
  })
  socket.on('error', () => {})
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_, response) => reject(new Error(`status ${response.statusCode}`)))
    socket.once('error', reject)
  })
  const received = (count: number) =>
    new Promise<void>(resolve => {
      check = () => {
        if (frames.length >= count) resolve()
      }
      check()
    })
  return { socket, frames, received, closed }
}

/** A WebSocket frame as it stands on the wire. */
export interface WireFrame {
  opcode: number
  fin: boolean
  /** The bytes that its header announces, and those that came. */
  length: number
  payload: Buffer
}

/** Opens a session below the WebSocket library; gives every byte that came until the connection broke. */
export async function connectRaw(t: TestContext, port: number, path: string) {
  const opening = request({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority.chain,
    path,
    headers: {
      authorization: 'Bearer simulated-token',
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    },
  }).end()
  const [, socket, head] = await once(opening, 'upgrade')
  t.after(() => socket.destroy())
  const chunks: Buffer[] = [head]
  let error: string | undefined
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    error = code
  })
  const closed = new Promise<void>(resolve => socket.on('close', resolve))
  return {
    frames: () => framesOf(Buffer.concat(chunks)),
    /** Resolves with the system's error, if there was one. */
    closed: closed.then(() => error),
  }
}

function framesOf(bytes: Buffer): WireFrame[] {
  const frames: WireFrame[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at)
    const header = second === 127 ? 10 : second === 126 ? 4 : 2
    if (at + header > bytes.length) break
    const length =
      second === 127
        ? Number(bytes.readBigUInt64BE(at + 2))
        : second === 126
          ? bytes.readUInt16BE(at + 2)
          : second
    const payload = bytes.subarray(at + header, at + header + length)
    frames.push({ opcode: first & 0x0f, fin: first >= 0x80, length, payload })
    at += header + length
  }
  return frames
}

export const texts = (client: Client) => client.frames.map(frame => frame.bytes.toString())

/** A session counts as open until its socket is gone, so a quick return may meet a 409 first. */
export async function retry(attempt: () => Promise<Client>): Promise<Client> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!String(error).includes('409')) throw error
    }
  }
}

/** Waits for something that no event tells of. */
export async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}
