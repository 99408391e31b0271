// What an output over TCP is asked for, and what the one over TLS promises besides.

import type { Compression, Confirm } from '@podpipe/runtime/config/config.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Output } from './delivery.ts'
import type { StretchLimits } from './frames/stretch.ts'
import type { TlsChoices, TlsMaterial } from './tls/tls-material.ts'

export interface PeerOutputOptions {
  readonly name: string
  readonly address: string
  readonly port: number
  /** Without it the output speaks plain TCP. */
  readonly tls?: TlsMaterial
  readonly tlsChoices?: TlsChoices
  /** Default none. */
  readonly compression?: Compression
  /** By what evidence events are confirmed; default auto. */
  readonly confirm?: Confirm
  /** Compare the names in the peer's certificate with the address; default true. */
  readonly checkHostname?: boolean
  readonly limits: StretchLimits & {
    /** Connections at once, all but one awaiting the peer's end; default 4. With 1 events arrive in order. */
    readonly outstanding?: number
    /** Bytes that may be accepted and not confirmed, besides what the limits of a stretch allow; default no more. */
    readonly maxBufferedBytes?: number
  }
  /** Time for a connection to be up, in milliseconds; default 10 s. */
  readonly connectMs?: number
  /** How long a peer may take or acknowledge no byte, or not answer a half-close, in milliseconds; default 30 s. */
  readonly silenceMs?: number
  /** How long a connection that is not closed behind each stretch may go unused, in milliseconds; default 20 s. */
  readonly idleMs?: number
  /** How long such a connection may live, in milliseconds, less up to a tenth by lot; default 1 h, the first a minute. */
  readonly rotateMs?: number
  readonly log: Log
  /** For the jitter of the backoff; default Math.random. */
  readonly random?: () => number
}

/** An output whose certificate can be exchanged while it runs. */
export interface TlsOutput extends Output {
  /**
   * New connections use it; those that are up end as they would have.
   * @throws ConfigurationError if the certificate or key cannot be used
   */
  useMaterial(material: TlsMaterial): void
}
