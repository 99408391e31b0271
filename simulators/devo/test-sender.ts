// One end of a connection to Devo's simulator. Only tests import this file.

import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { createAuthority } from '../authority.ts'
import { type Devo, type DevoOptions, startDevo } from './devo.ts'

export const authority = await createAuthority()
export const server = await authority.server()
export const client = await authority.client('acme')
export const record = (payload: string) =>
  `<14>2026-03-03 10:48:10.163 fwd-1 mail.proofpoint.pod.audit: ${payload}\n`

export async function start(t: TestContext, options: Partial<DevoOptions> = {}) {
  const devo = await startDevo({ certificates: { server, chain: authority.chain }, ...options })
  t.after(() => devo.close())
  return devo
}

export interface Sender {
  socket: TLSSocket
  /** 'end' for an orderly end of the server's stream, else the code of the error. */
  outcome: Promise<string>
}

export async function connect(t: TestContext, { port, host }: Pick<Devo, 'port' | 'host'>): Promise<Sender> {
  const socket = connectTls({
    port,
    host,
    ca: authority.chain,
    servername: 'localhost',
    ...client,
  })
  t.after(() => socket.destroy())
  const outcome = new Promise<string>(resolve => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('end', () => resolve('end'))
    socket.on('close', () => resolve('close'))
  })
  socket.resume()
  await Promise.race([once(socket, 'secureConnect'), outcome])
  return { socket, outcome }
}
