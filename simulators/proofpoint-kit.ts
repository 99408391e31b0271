// What the tests of the Proofpoint simulator share: a started simulator and a client that notes what it gets.

import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { createAuthority } from './authority.ts'
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
