// An HTTP proxy that demands a user name and a password, and tunnels (CONNECT) for who has them.

import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import { atEnd } from '../at-end.ts'

export interface ConnectProxy {
  readonly port: number
  /** Where each tunnel went. */
  readonly tunnels: readonly string[]
  /** Requests without the right user name and password. */
  readonly refused: number
  /** Open connections of clients. */
  readonly connections: number
}

export interface ConnectProxyOptions {
  readonly user: string
  readonly password: string
  /** The proxy itself speaks TLS. */
  readonly tls?: { cert: string; key: string }
  /** What is answered in place of a tunnel to who has the password; null: nothing, ever. */
  readonly instead?: string | null
}

/** Starts it on 127.0.0.1; it ends with the test. */
export async function startConnectProxy(t: TestContext, options: ConnectProxyOptions): Promise<ConnectProxy> {
  const expected = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
  const server = options.tls === undefined ? createServer() : createSecureServer(options.tls)
  const tunnels: string[] = []
  const sockets = new Set<Duplex>()
  let refused = 0

  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', keep)
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    if (request.headers['proxy-authorization'] !== expected) {
      refused++
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\n\r\n',
      )
      return
    }
    if (options.instead !== undefined) {
      // Read on, so that the end of the client is seen.
      client.resume()
      client.on('end', () => client.end())
      if (options.instead !== null) client.end(options.instead)
      return
    }
    const target = request.url ?? ''
    tunnels.push(target)
    const [host, port] = target.split(':')
    const upstream = connect(Number(port), host ?? '', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    // Nobody reads it any more then, and only who reads sees the end of the client.
    upstream.on('close', () => client.resume())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atEnd(t, async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    get refused() {
      return refused
    },
    get connections() {
      return sockets.size
    },
  }
}
