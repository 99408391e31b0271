// One TLS connection to a peer, from TCP connect to the one word that says how it ended.
// It is used for a single stretch of events; stretch.ts writes to it, output.ts acts on its end.

import { connect, type Socket } from 'node:net'
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { type Ending, type EndingFacts, endingOf } from './closing.ts'
import { secureOptions } from './secure-options.ts'
import { type WatchedSocket, watchSocket } from './watched-socket.ts'

export interface ConnectionEnd {
  readonly ending: Ending
  /** What was seen, as the second half of a sentence. */
  readonly reason: string
  /** The code of the error, where there was one. */
  readonly code: string | undefined
  /** How far the connection had come: `connecting`, `handshake`, `open` or `closing` (half-closed by us). */
  readonly stage: 'connecting' | 'handshake' | 'open' | 'closing'
  /** The TLS session was resumed. */
  readonly resumed: boolean
}

export interface Connection {
  /** The handshake is done and the connection is not over. */
  isOpen(): boolean
  /** Settles once: true when bytes can be written, false if the connection ended before. Never rejects. */
  readonly opened: Promise<boolean>
  /** Settles once, when the connection is over and its socket destroyed. Never rejects. */
  readonly ended: Promise<ConnectionEnd>
  /** Hands bytes over; resolves to true when there is room for more, to false if the connection is over. */
  write(bytes: Buffer): Promise<boolean>
  /** Sends close_notify and FIN behind everything written, and goes on reading until the peer has ended too. */
  halfClose(): void
  /** Gives up at once. */
  destroy(reason: string): void
}

export interface ConnectionSettings {
  readonly address: string
  readonly port: number
  readonly context: SecureContext
  /** False leaves out the comparison of the certificate's names with the address; the chain is always verified. */
  readonly checkHostname: boolean
  /** Time for TCP and TLS to be up, in milliseconds. */
  readonly connectMs: number
  /** How long the peer may take no byte while some wait, or not answer our half-close, in milliseconds. */
  readonly silenceMs: number
  /** A TLS session to resume. */
  readonly session: Buffer | undefined
  readonly onSession: (session: Buffer) => void
}

/** Starts to connect and returns at once. There is no way to a connection without TLS. */
export const openConnection = (settings: ConnectionSettings): Connection => new TlsConnection(settings)

class TlsConnection implements Connection {
  readonly #settings: ConnectionSettings
  readonly #opened = Promise.withResolvers<boolean>()
  readonly #ended = Promise.withResolvers<ConnectionEnd>()
  readonly opened = this.#opened.promise
  readonly ended = this.#ended.promise
  readonly #raw: Socket
  #watched: WatchedSocket | undefined
  #secure: TLSSocket | undefined
  #stage: ConnectionEnd['stage'] = 'connecting'
  #over = false
  #closeNotify = false
  // Both are taken when the handshake is done: a TLS socket that has ended no longer knows them.
  #protocol: string | null = null
  #resumed = false
  /** On the monotonic clock: when TCP was asked to connect, and when we may half-close at the earliest. */
  readonly #startedAt = performance.now()
  #notBefore = 0
  /** Runs while we wait for the peer: to connect, to take bytes, to answer our half-close. */
  #patience: NodeJS.Timeout | undefined
  #endTimer: NodeJS.Timeout | undefined
  #pendingWrites = 0
  #wantsEnd = false
  #wakeWriter: ((room: boolean) => void) | undefined

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.#wait(settings.connectMs)
    this.#raw = connect({
      host: settings.address,
      port: settings.port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
    })
    this.#raw.once('connect', () => this.#handshake())
    this.#raw.on('error', error => this.#onError(error))
    // The turn lets the TLS layer finish with the bytes that came together with the FIN.
    this.#raw.once('end', () => setImmediate(() => this.#onEof()))
  }

  isOpen(): boolean {
    return !this.#over && (this.#stage === 'open' || this.#stage === 'closing')
  }

  write(bytes: Buffer): Promise<boolean> {
    if (this.#over || this.#secure === undefined) return Promise.resolve(false)
    if (this.#pendingWrites === 0) this.#wait(this.#settings.silenceMs)
    this.#pendingWrites += 1
    const hasRoom = this.#secure.write(bytes, () => this.#onWritten())
    if (hasRoom) return Promise.resolve(true)
    return new Promise(resolve => {
      this.#wakeWriter = resolve
    })
  }

  halfClose(): void {
    if (this.#over || this.#stage !== 'open' || this.#wantsEnd) return
    this.#wantsEnd = true
    if (this.#pendingWrites === 0) this.#endWhenOldEnough()
  }

  destroy(reason: string): void {
    this.#finish({ ending: 'error', reason, code: undefined })
  }

  #handshake(): void {
    if (this.#over) return
    this.#stage = 'handshake'
    this.#watched = watchSocket(this.#raw, () => this.#onProgress())
    const secure = tlsConnect({ ...secureOptions(this.#settings), socket: this.#watched.stream })
    this.#secure = secure
    secure.once('secureConnect', () => this.#onSecure())
    secure.on('session', (ticket: Buffer) => this.#settings.onSession(ticket))
    secure.on('error', error => this.#onError(error))
    secure.on('drain', () => this.#wake(true))
    secure.once('end', () => this.#onTlsEnd())
    // Devo sends no data. Whatever comes is read and dropped, so that the end behind it is seen.
    secure.resume()
  }

  #onSecure(): void {
    if (this.#over) return
    clearTimeout(this.#patience)
    this.#stage = 'open'
    this.#notBefore = performance.now() + 2 * (performance.now() - this.#startedAt)
    this.#protocol = this.#secure?.getProtocol() ?? null
    this.#resumed = this.#secure?.isSessionReused() ?? false
    this.#opened.resolve(true)
  }

  #onWritten(): void {
    this.#pendingWrites -= 1
    if (this.#over || this.#pendingWrites > 0) return
    clearTimeout(this.#patience)
    if (this.#wantsEnd) this.#endWhenOldEnough()
  }

  /** The kernel took bytes: a peer that is slow but reads is left alone. */
  #onProgress(): void {
    if (this.#over || this.#stage === 'handshake') return
    if (this.#pendingWrites > 0 || this.#stage === 'closing') this.#patience?.refresh()
  }

  /**
   * A peer may refuse us in order right after the handshake: close_notify and FIN, our events unread. In TLS 1.3 that
   * takes a flight to reach us, and a short stretch could have been half-closed meanwhile, so that the refusal would
   * pass for an answer. Twice the time of the handshake is more than such a flight: then it finds us still open.
   *
   * What remains is a peer that ends in order by itself, later, just while our close_notify is on its way. If it closes
   * with bytes of ours unread, its kernel sends RST in place of FIN; if they come after its FIN, they are lost. Stretches
   * last seconds, and Devo ends connections that are idle or an hour old, so they are hardly ever the ones it ends.
   */
  #endWhenOldEnough(): void {
    this.#endTimer = setTimeout(() => this.#sendEnd(), Math.max(0, this.#notBefore - performance.now()))
  }

  #sendEnd(): void {
    this.#stage = 'closing'
    this.#wait(this.#settings.silenceMs)
    this.#watched?.expectCloseNotify(this.#protocol)
    this.#secure?.end()
  }

  /** The pipe below never passes a FIN up, so an end of the TLS layer is a close_notify. */
  #onTlsEnd(): void {
    this.#closeNotify = true
    // The peer left first. What we wrote may be unread, and nothing it does from here on can prove otherwise.
    if (!this.#watched?.closeNotifySent())
      this.#finish({ ending: 'error', reason: 'the peer ended the connection by itself', code: undefined })
  }

  #onEof(): void {
    const ending = endingOf({
      ...this.#facts(),
      eof: true,
      lastRecordAnswers: this.#watched?.lastRecordAnswers(this.#protocol) ?? false,
    })
    const when = this.#watched?.closeNotifySent() ? 'after our half-close' : 'by itself'
    const how = ending === 'bare_fin' ? ' with a bare TCP FIN and no TLS close_notify' : ''
    this.#finish({ ending, reason: `the peer ended the connection ${when}${how}`, code: undefined })
  }

  #onError(error: Error): void {
    const code = 'code' in error ? String(error.code) : ''
    const ending = endingOf({ ...this.#facts(), error: code })
    this.#finish({ ending, reason: shortReasonOf(error), code: code || undefined })
  }

  #facts(): EndingFacts {
    const closeNotify = this.#closeNotify
    return { error: undefined, timedOut: false, eof: false, closeNotify, lastRecordAnswers: false }
  }

  #wait(limitMs: number): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#onTimeout(), limitMs)
  }

  #onTimeout(): void {
    const { connectMs, silenceMs } = this.#settings
    const waited = {
      connecting: `no TCP connection within ${connectMs} ms`,
      handshake: `the TLS handshake was not done within ${connectMs} ms`,
      open: `the peer took no byte for ${silenceMs} ms`,
      closing: `the peer did not answer our half-close within ${silenceMs} ms`,
    }
    const ending = endingOf({ ...this.#facts(), timedOut: true })
    this.#finish({ ending, reason: waited[this.#stage], code: undefined })
  }

  #wake(hasRoom: boolean): void {
    this.#wakeWriter?.(hasRoom)
    this.#wakeWriter = undefined
  }

  /** The first to come here decides; whatever the sockets report while they are torn down is of no account. */
  #finish(end: Pick<ConnectionEnd, 'ending' | 'reason' | 'code'>): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#patience)
    clearTimeout(this.#endTimer)
    this.#secure?.destroy()
    this.#raw.destroy()
    this.#opened.resolve(false)
    this.#wake(false)
    this.#ended.resolve({ ...end, stage: this.#stage, resumed: this.#resumed })
  }
}

/** OpenSSL's errors have a short form beside a message full of source lines. */
function shortReasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : reasonOf(error)
}
