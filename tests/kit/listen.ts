// A server of a test's own, of whatever kind: it ends with the test, and nobody who is connected holds it up.

import type { AddressInfo, Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import { atEnd } from './at-end.ts'

/** @returns the port on 127.0.0.1 at which the server listens */
export async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Duplex>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atEnd(t, async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
