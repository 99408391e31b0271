// Listens with TLS while keeping hold of the plain socket under each connection: only there can a server
// reset a connection, or end it without saying so in TLS.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

export interface RawListener {
  readonly host: string
  readonly port: number
  /** The plain socket under a TLS socket that is still connected; a plain one is its own. */
  rawOf(socket: Socket): Socket | undefined
  /** Stops listening: new connections are refused by the system. Present ones go on. */
  refuse(): void
  /** Listens again on the same port. */
  accept(): Promise<void>
  /** Stops listening and destroys every connection. */
  close(): Promise<void>
}

export interface RawListenerOptions {
  host: string
  /** 0 for any free port. */
  port: number
  /** Keep the sending side open after the peer has ended its own. */
  allowHalfOpen: boolean
}

/**
 * Puts a plain TCP server in front of a server, of TLS or plain, that does not listen itself.
 * @throws the system's error when the address cannot be bound (EADDRINUSE, EACCES, ...)
 */
export async function listenRaw(server: Server, options: RawListenerOptions): Promise<RawListener> {
  // A port of the peer's is used again while this side of its last connection is still half open.
  const raws = new Set<Socket>()
  const latest = new Map<string, Socket>()
  const listener = createServer({ allowHalfOpen: options.allowHalfOpen, noDelay: true }, raw => {
    const key = keyOf(raw)
    raws.add(raw)
    latest.set(key, raw)
    raw.once('close', () => {
      raws.delete(raw)
      if (latest.get(key) === raw) latest.delete(key)
    })
    // The TLS socket above reports the same error to whoever uses the connection.
    raw.on('error', () => {})
    server.emit('connection', raw)
  })

  async function listen(port: number): Promise<number> {
    listener.listen(port, options.host)
    await once(listener, 'listening')
    return (listener.address() as AddressInfo).port
  }

  const port = await listen(options.port)
  return {
    host: options.host,
    port,
    rawOf: socket => latest.get(keyOf(socket)),
    refuse: () => void listener.close(),
    async accept() {
      if (!listener.listening) await listen(port)
    },
    async close() {
      for (const raw of raws) raw.destroy()
      if (!listener.listening) return
      const closed = once(listener, 'close')
      listener.close()
      await closed
    },
  }
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
