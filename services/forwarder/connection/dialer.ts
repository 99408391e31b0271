// Opens the connections of an output, and remembers between them what makes the next handshake cheap.

import type { SecureContext } from 'node:tls'
import type { PeerOutputOptions } from '../output-options.ts'
import { createClientContext, type TlsMaterial } from '../tls/tls-material.ts'
import type { Connection, ConnectionEnd } from './connection.ts'
import { openConnection } from './peer-connection.ts'

const refusalsBelieved = 2

export class Dialer {
  readonly #options: PeerOutputOptions
  #context: SecureContext | undefined
  #session: Buffer | undefined
  /** Handshakes in a row that the peer broke off when a session was offered. */
  #refusals = 0

  /** @throws ConfigurationError if the certificate or key cannot be used */
  constructor(options: PeerOutputOptions) {
    this.#options = options
    if (options.tls !== undefined) this.useMaterial(options.tls)
  }

  /**
   * New connections use it.
   * @throws ConfigurationError if the certificate or key cannot be used
   */
  useMaterial(material: TlsMaterial): void {
    this.#context = createClientContext(material, this.#options.tlsChoices)
    // A session would go on under the name of the old certificate.
    this.#session = undefined
  }

  /** @param needsAcknowledgements asked before our end: whether to wait for the peer's acknowledgements */
  dial(needsAcknowledgements: () => boolean): Connection {
    const { address, port, checkHostname = true, connectMs = 10_000, silenceMs = 30_000 } = this.#options
    const context = this.#context
    return openConnection({
      address,
      port,
      ...(context !== undefined && {
        secure: {
          context,
          checkHostname,
          session: this.#refusals < refusalsBelieved ? this.#session : undefined,
          onSession: session => {
            // One that comes of the certificate before is of no use.
            if (context === this.#context) this.#session = session
          },
        },
      }),
      connectMs,
      silenceMs,
      needsAcknowledgements,
    })
  }

  /**
   * Learns from the end of a connection.
   *
   * A server that checks client certificates without a session context refuses each session that it gave itself
   * (rsyslog with OpenSSL does). Every second connection would fail for that alone.
   * @param confirmed whether the connection did what it was for
   */
  noteEnd({ offered, stage, code, ending }: ConnectionEnd, confirmed: boolean): void {
    // A session that the peer no longer likes must not stand in the way of the next handshake.
    if (!confirmed && (stage === 'handshake' || ending === 'error')) this.#session = undefined
    if (!offered) return
    const isRefused = stage === 'handshake' && code?.startsWith('ERR_SSL') === true
    this.#refusals = isRefused ? this.#refusals + 1 : 0
    if (this.#refusals !== refusalsBelieved) return
    const { name, address, port, log } = this.#options
    log.info(
      { output: name, address, port },
      'the peer refuses to resume its own TLS sessions; each connection shakes hands anew from here on',
    )
  }
}
