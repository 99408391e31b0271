// The Devo simulator: an endpoint that demands a client certificate, or a relay on plain TCP. It parses strictly,
// remembers every payload by its hash, and can fail in all the ways that a real endpoint, its balancer or the network
// between can.

import { createServer as createPlainServer, type Socket } from 'node:net'
import { createServer, type SecureVersion } from 'node:tls'
import { createRandom } from '../random.ts'
import { type Peer, type PeerRules, servePeer } from './peer.ts'
import { listenRaw } from './raw.ts'
import { createResetPlan } from './resets.ts'
import { type Arrival, createTally, type TallyCounts } from './tally.ts'

/** All PEM; the chain is what client certificates must end in. */
export interface DevoCertificates {
  server: { cert: string; key: string }
  chain: string
}

export interface DevoOptions extends Partial<PeerRules> {
  /** The server's certificate and key, and the chain that client certificates must end in, all PEM. Plain TCP without. */
  certificates?: DevoCertificates
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** Default TLSv1.3; the lowest is always TLSv1.2. */
  maxVersion?: SecureVersion
  /**
   * Reset a connection each time about so many bytes (half to one and a half times) have come on all of them.
   * Default 0: never.
   */
  resetAfterBytes?: number
  /** So many times at most. Default: always. */
  resetTimes?: number
  /** Draws the exact number of bytes before a reset. Default 1. */
  seed?: number
  /** Milliseconds since 1970, for the times of arrival. Default Date.now. */
  clock?: () => number
}

export interface DevoStats extends TallyCounts {
  /** Connections whose handshake was done, and how many of them are open. */
  connections: number
  open: number
  /** Handshakes that failed: no certificate, an unknown one, an old TLS, a peer that went away. */
  refused: number
  resets: number
  /** Streams that the peer ended and that were read to the end. */
  ends: number
  idleCloses: number
}

export interface Devo {
  readonly host: string
  readonly port: number
  stats(): DevoStats
  /** Copies received of the payload with this SHA-256 in hex. */
  count(hash: string): number
  /** All payloads by their SHA-256 in hex. */
  hashes(): Iterable<[hash: string, arrival: Readonly<Arrival>]>
  /** Resets every open connection. @returns how many there were */
  resetAll(): number
  /** Resets whichever connection receives the last of so many bytes from now on. */
  resetNext(bytes: number): void
  /** Stops reading, on open and on new connections, until `resume`. */
  stall(): void
  resume(): void
  /** Reads at most about so many bytes a second on each connection from now on; 0: no limit. */
  slow(bytesPerSecond: number): void
  /** New connections see other certificates, and have to bear one of another chain; open ones go on. */
  useCertificates(certificates: DevoCertificates): void
  /** Stops listening, so that connections are refused, until `accept`. Open ones go on. */
  refuse(): void
  accept(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the simulator.
 * @throws the system's error when the port cannot be bound
 */
export async function startDevo(options: DevoOptions): Promise<Devo> {
  const { clock = Date.now, resetAfterBytes = 0, resetTimes = Number.POSITIVE_INFINITY } = options
  const rules: PeerRules = {
    ending: options.ending ?? 'clean',
    idleCloseMs: options.idleCloseMs ?? 0,
    bytesPerSecond: options.bytesPerSecond ?? 0,
  }
  const resets = createResetPlan(resetAfterBytes, resetTimes, createRandom(options.seed ?? 1))
  const tally = createTally(clock)
  const peers = new Set<Peer>()
  const counts = { connections: 0, refused: 0, resets: 0, ends: 0, idleCloses: 0 }
  let isStalled = false

  const { certificates } = options
  // Neither listens itself; both are given connections by the listener below.
  const contextOf = ({ server: pair, chain }: DevoCertificates) => ({
    ...pair,
    ca: chain,
    minVersion: 'TLSv1.2' as const,
    maxVersion: options.maxVersion ?? 'TLSv1.3',
  })
  const secure =
    certificates &&
    createServer({
      ...contextOf(certificates),
      requestCert: true,
      rejectUnauthorized: true,
      allowHalfOpen: true,
    })
  const server = secure ?? createPlainServer()
  const listener = await listenRaw(server, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    allowHalfOpen: true,
  })

  server.on('tlsClientError', () => void counts.refused++)
  server.on(certificates ? 'secureConnection' : 'connection', (socket: Socket) => {
    const raw = listener.rawOf(socket)
    // The peer was gone before the handshake's end could be looked at.
    if (!raw) return void socket.destroy()
    counts.connections++
    const peer = servePeer({
      socket,
      raw,
      rules,
      tally,
      received: resets.received,
      isStalled: () => isStalled,
      count: what => void counts[what]++,
    })
    peers.add(peer)
    socket.once('close', () => peers.delete(peer))
  })

  return {
    host: listener.host,
    port: listener.port,
    stats: () => ({ ...counts, open: peers.size, ...tally.counts() }),
    count: hash => tally.get(hash)?.copies ?? 0,
    hashes: () => tally.entries(),
    resetAll() {
      const open = [...peers]
      for (const peer of open) peer.reset()
      return open.length
    },
    resetNext: resets.command,
    stall() {
      isStalled = true
      for (const peer of peers) peer.stall()
    },
    resume() {
      isStalled = false
      for (const peer of peers) peer.resume()
    },
    slow(bytesPerSecond) {
      rules.bytesPerSecond = bytesPerSecond
    },
    useCertificates: fresh => secure?.setSecureContext(contextOf(fresh)),
    refuse: () => listener.refuse(),
    accept: () => listener.accept(),
    close: () => listener.close(),
  }
}
