// A peer for tests, on loopback: over TLS, where it demands a client certificate, or plain. It counts whole lines, and
// ends each connection as the test says. Only tests import this file.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer, type SecureVersion } from 'node:tls'
import type { Pair } from './test-certificates.ts'

/**
 * `clean` answers our half-close with close_notify and FIN. `fin` ends with a bare FIN. `reset` sends RST in place of
 * an answer, `two_bytes` data of an alert's size and a bare FIN.
 * `never` does not answer, `deaf` does not even read, `leave` ends in order at once without reading, `hang_up` sends
 * RST at once, `leavesIdle` ends in order when nothing has come for so many ms. A number resets after that many bytes have been
 * read. `bytesPerSecond` reads no faster than that, and ends as `ending` says.
 */
export type Behaviour =
  | 'clean'
  | 'fin'
  | 'reset'
  | 'two_bytes'
  | 'never'
  | 'deaf'
  | 'leave'
  | 'hang_up'
  | { readonly leavesIdle: number }
  | { readonly bytesPerSecond: number; readonly ending: 'clean' | 'fin' | 'never' }
  | number

export interface SinkOptions {
  /** Plain TCP without these two. */
  readonly authority?: Pair
  readonly server?: Pair
  /** What the n-th connection will see, from 1. */
  readonly behave?: (connection: number) => Behaviour
  readonly version?: SecureVersion
  /** 0 for any. */
  readonly port?: number
  /** The sink in whose place this one comes: at its port, with what it has counted. */
  readonly instead?: Sink
}

export interface Sink {
  readonly port: number
  /** Each whole line (without its LF) and how often it came. */
  readonly lines: Map<string, number>
  /** The whole lines in the order they came. */
  readonly order: string[]
  connections: number
  /** Of these, how many ended in order because nothing came on them. */
  idleEnds: number
  resumed: number
  /** Names in the client certificates, in the order of the connections. */
  readonly clients: string[]
  /** Reads nothing more, also on new connections, until `resume`. */
  stall(): void
  resume(): void
  close(): Promise<void>
}

export async function startSink(t: TestContext, options: SinkOptions): Promise<Sink> {
  const { authority, server, behave = () => 'clean', version, instead } = options
  const { port = instead?.port ?? 0 } = options
  // A port of the peer's is used again while this side of its last connection is still half open.
  const raws = new Set<Socket>()
  const latest = new Map<number | undefined, Socket>()
  const open = new Set<Socket>()
  let isStalled = false
  const tls =
    server &&
    createTlsServer({
      cert: server.cert,
      key: server.key,
      ca: authority?.cert,
      requestCert: true,
      rejectUnauthorized: true,
      allowHalfOpen: true,
      ...(version && { minVersion: version, maxVersion: version }),
    })
  tls?.on('tlsClientError', () => {})
  tls?.on('secureConnection', secure => {
    sink.connections += 1
    if (secure.isSessionReused()) sink.resumed += 1
    sink.clients.push(String(secure.getPeerCertificate().subject?.CN))
    const raw = latest.get(secure.remotePort)
    if (raw !== undefined) serve(secure, raw, behave(sink.connections))
  })
  // The raw sockets are kept, since only they can send RST or a FIN without a close_notify.
  const tcp = createServer({ allowHalfOpen: true, pauseOnConnect: tls === undefined }, raw => {
    raws.add(raw)
    latest.set(raw.remotePort, raw)
    raw.on('error', () => {})
    raw.once('close', () => raws.delete(raw))
    if (tls !== undefined) tls.emit('connection', raw)
    else {
      sink.connections += 1
      const behaviour = behave(sink.connections)
      if (behaviour !== 'deaf') raw.resume()
      serve(raw, raw, behaviour)
    }
  })
  tcp.listen(port, '127.0.0.1')
  await once(tcp, 'listening')
  const sink: Sink = {
    port: (tcp.address() as AddressInfo).port,
    lines: instead?.lines ?? new Map(),
    order: instead?.order ?? [],
    connections: 0,
    idleEnds: 0,
    clients: [],
    resumed: 0,
    stall: () => {
      isStalled = true
      for (const each of open) each.pause()
    },
    resume: () => {
      isStalled = false
      for (const each of open) each.resume()
    },
    close: async () => {
      if (!tcp.listening) return
      const closed = once(tcp, 'close')
      tcp.close()
      // A process that dies with bytes unread sends RST, and so does this one, whatever Node has read ahead.
      for (const raw of raws) isStalled ? raw.resetAndDestroy() : raw.destroy()
      await closed
    },
  }
  t.after(() => sink.close())
  return sink

  function serve(stream: Socket, raw: Socket, behaviour: Behaviour): void {
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    act(stream, raw, behaviour, sink)
    if (isStalled) stream.pause()
  }
}

function act(secure: Socket, raw: Socket, behaviour: Behaviour, sink: Sink): void {
  secure.on('error', () => {})
  if (behaviour === 'hang_up') raw.resetAndDestroy()
  if (behaviour === 'leave') secure.end()
  if (behaviour === 'hang_up' || behaviour === 'leave' || behaviour === 'deaf') return
  if (typeof behaviour === 'object' && 'leavesIdle' in behaviour)
    secure.setTimeout(behaviour.leavesIdle, () => {
      sink.idleEnds += 1
      secure.end()
    })
  let read = 0
  let rest = ''
  secure.on('data', (chunk: Buffer) => {
    // A sink that dies loses what it has not yet worked through: bytes beyond the limit do not count.
    const left = typeof behaviour === 'number' ? behaviour - read : chunk.length
    read += chunk.length
    if (typeof behaviour === 'object' && 'bytesPerSecond' in behaviour) {
      secure.pause()
      setTimeout(() => secure.resume(), (chunk.length / behaviour.bytesPerSecond) * 1_000)
    }
    const lines = (rest + chunk.subarray(0, Math.max(0, left)).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      sink.lines.set(line, (sink.lines.get(line) ?? 0) + 1)
      sink.order.push(line)
    }
    if (typeof behaviour === 'number' && read >= behaviour) raw.resetAndDestroy()
  })
  secure.on('end', () => {
    const ending = typeof behaviour === 'object' && 'ending' in behaviour ? behaviour.ending : behaviour
    if (ending === 'fin') raw.end()
    else if (ending === 'reset') raw.resetAndDestroy()
    else if (ending === 'two_bytes') secure.write('ab', () => raw.end())
    else if (ending !== 'never') secure.end()
  })
}
