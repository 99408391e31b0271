// What one connection to a peer promises to those who write to it and act on its end.
// peer-connection.ts keeps the promise, stretch.ts writes, output.ts acts.

import type { SecureContext } from 'node:tls'
import type { Ending } from './closing.ts'

export interface ConnectionEnd {
  readonly ending: Ending
  /** What was seen, as the second half of a sentence. */
  readonly reason: string
  /** The code of the error, where there was one. */
  readonly code: string | undefined
  /** How far the connection had come: `connecting`, `handshake`, `open` or `closing` (half-closed by us). */
  readonly stage: 'connecting' | 'handshake' | 'open' | 'closing'
  /** The peer's TCP had acknowledged every byte before we half-closed. False also where nobody asked. */
  readonly acknowledged: boolean
  /** That the system had taken by then, as they go over the wire. */
  readonly bytes: number
  /** A TLS session was offered, and it was resumed. */
  readonly offered: boolean
  readonly resumed: boolean
}

export interface Connection {
  /** The handshake is done and the connection is not over. */
  isOpen(): boolean
  /** It takes bytes, or will once it is up: it is not over and not being ended. */
  takesMore(): boolean
  /** Settles once: true when bytes can be written, false if the connection ended before. Never rejects. */
  readonly opened: Promise<boolean>
  /** Settles once, when the connection is over and its socket destroyed. Never rejects. */
  readonly ended: Promise<ConnectionEnd>
  /** Hands bytes over; resolves to true when there is room for more, to false if the connection is over. */
  write(bytes: Buffer): Promise<boolean>
  /** Resolves to true when the kernel has taken all that was handed over by now, to false if the connection ends first. */
  written(): Promise<boolean>
  /** The same for the acknowledgements of the peer's TCP; false also where the system cannot tell. */
  acknowledged(): Promise<boolean>
  /** Sends close_notify and FIN behind everything written, and goes on reading until the peer has ended too. */
  halfClose(): void
  /** Gives up at once. */
  destroy(reason: string): void
}

export interface ConnectionSettings {
  readonly address: string
  readonly port: number
  /** Without it the connection is plain TCP. */
  readonly secure?: SecureSettings
  /** Time for TCP and TLS to be up, in milliseconds. */
  readonly connectMs: number
  /** How long the peer may take or acknowledge no byte while some wait, or not answer our half-close, in milliseconds. */
  readonly silenceMs: number
  /** Asked when the connection is to be half-closed: whether to wait for the acknowledgements first. */
  readonly needsAcknowledgements: () => boolean
}

/** What TLS needs to know. */
export interface SecureSettings {
  readonly context: SecureContext
  /** False leaves out the comparison of the certificate's names with the address; the chain is always verified. */
  readonly checkHostname: boolean
  /** A TLS session to resume. */
  readonly session: Buffer | undefined
  readonly onSession: (session: Buffer) => void
}
