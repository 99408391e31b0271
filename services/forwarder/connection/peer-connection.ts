// One connection to a peer, over TLS or plain TCP, from TCP connect to the one word that says how it ended.

import type { Socket } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { untilAcknowledged } from '../evidence/acknowledgements.ts'
import { secureOptions } from '../tls/secure-options.ts'
import { Age } from './age.ts'
import type { Connection, ConnectionEnd, ConnectionSettings, SecureSettings } from './connection.ts'
import { endOfStream, failure, type Standing, silence } from './last-seen.ts'
import { Patience } from './patience.ts'
import { WatchedSocket } from './watched-socket.ts'
import { Writes } from './writes.ts'

/** Starts to connect and returns at once. With `secure` there is no way to a connection without TLS. */
export const openConnection = (settings: ConnectionSettings): Connection => new PeerConnection(settings)

class PeerConnection implements Connection {
  readonly #settings: ConnectionSettings
  readonly #opened = Promise.withResolvers<boolean>()
  readonly #ended = Promise.withResolvers<ConnectionEnd>()
  readonly opened = this.#opened.promise
  readonly ended = this.#ended.promise
  readonly #watched: WatchedSocket
  #secure: TLSSocket | undefined
  /** What events are written to: the TLS layer, or TCP itself. */
  #stream: Socket | undefined
  #stage: ConnectionEnd['stage'] = 'connecting'
  #over = false
  #closeNotify = false
  /** The peer's FIN was read under the TLS layer. */
  #isAtEnd = false
  /** So many bytes were read, and none of them was of a close_notify. */
  #known = 0
  #acknowledged = false
  // Taken when the handshake is done: a TLS socket that has ended no longer knows them.
  #protocol: string | null = null
  #resumed = false
  readonly #age = new Age()
  /** Runs while we wait for the peer: to connect, to take bytes, to answer our half-close. */
  readonly #patience = new Patience(
    () => this.#watched.unacknowledged(),
    () => this.#onSilence(),
  )
  readonly #writes = new Writes()
  #wantsEnd = false
  #waitsForAcknowledgements = false
  #wakeWriter: ((room: boolean) => void) | undefined

  readonly #onError = (error: Error): void => this.#finish(failure(this.#standing(), error))

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.#patience.start(settings.connectMs)
    this.#watched = new WatchedSocket(settings.address, settings.port)
    const { raw } = this.#watched
    raw.once('connect', () => this.#onConnect(raw))
    raw.on('error', this.#onError)
    raw.once('end', () => this.#onEof())
  }

  isOpen(): boolean {
    return !this.#over && (this.#stage === 'open' || this.#stage === 'closing')
  }

  takesMore(): boolean {
    return !this.#over && !this.#wantsEnd && this.#stage !== 'closing'
  }

  write(bytes: Buffer): Promise<boolean> {
    if (this.#over || this.#stream === undefined) return Promise.resolve(false)
    if (!this.#writes.areUnderWay) this.#patience.start(this.#settings.silenceMs)
    this.#writes.handOver()
    const hasRoom = this.#stream.write(bytes, () => this.#onWritten())
    if (hasRoom) return Promise.resolve(true)
    return new Promise(resolve => {
      this.#wakeWriter = resolve
    })
  }

  written(): Promise<boolean> {
    return this.#over ? Promise.resolve(false) : this.#writes.settled()
  }

  async acknowledged(): Promise<boolean> {
    if (!(await this.written())) return false
    // A peer that refuses our certificate under TLS 1.3 may acknowledge bytes while the refusal is on its way.
    await this.#age.untilOldEnough()
    return await untilAcknowledged({
      taken: () => this.#watched.taken(),
      left: () => this.#watched.unacknowledged(),
      isOver: () => this.#over,
      onSilence: () => this.#onSilence(),
      silenceMs: this.#settings.silenceMs,
    })
  }

  halfClose(): void {
    if (this.#over || this.#stage !== 'open' || this.#wantsEnd) return
    this.#wantsEnd = true
    this.#waitsForAcknowledgements = this.#settings.needsAcknowledgements()
    if (this.#waitsForAcknowledgements) void this.#endWhenAcknowledged()
    else if (!this.#writes.areUnderWay) void this.#endWhenOldEnough()
  }

  destroy(reason: string): void {
    this.#finish({ ending: 'error', reason, code: undefined })
  }

  #onConnect(raw: Socket): void {
    if (this.#over) return
    const { secure } = this.#settings
    if (secure === undefined) {
      this.#useStream(raw)
      this.#onOpen()
    } else this.#handshake(secure, raw)
  }

  #handshake(settings: SecureSettings, raw: Socket): void {
    this.#stage = 'handshake'
    const secure = tlsConnect({ ...secureOptions(this.#settings.address, settings), socket: raw })
    this.#secure = secure
    secure.once('secureConnect', () => this.#onSecure(secure))
    secure.on('session', (ticket: Buffer) => {
      this.#noteRead(raw)
      settings.onSession(ticket)
    })
    secure.on('error', this.#onError)
    secure.once('end', () => this.#onTlsEnd(raw))
    this.#useStream(secure)
  }

  #useStream(stream: Socket): void {
    this.#stream = stream
    stream.on('drain', () => this.#wake(true))
    stream.once('finish', () => this.#onProgress())
    // Devo sends no data. Whatever comes is read and dropped, so that the end behind it is seen.
    stream.resume()
  }

  #onSecure(secure: TLSSocket): void {
    if (this.#over) return
    this.#age.shookHands()
    this.#protocol = secure.getProtocol()
    this.#resumed = secure.isSessionReused()
    this.#noteRead(this.#watched.raw)
    this.#onOpen()
  }

  /** What has been read by now is known to be no close_notify, unless the TLS layer ends before it waits for more. */
  #noteRead(raw: Socket): void {
    const { bytesRead } = raw
    setImmediate(() => {
      this.#known = bytesRead
    })
  }

  #onOpen(): void {
    this.#patience.stop()
    this.#stage = 'open'
    this.#opened.resolve(true)
  }

  #onWritten(): void {
    if (this.#over) return
    this.#writes.finish()
    if (this.#writes.areUnderWay) {
      this.#onProgress()
      return
    }
    this.#patience.stop()
    if (this.#wantsEnd && !this.#waitsForAcknowledgements) void this.#endWhenOldEnough()
  }

  /** The kernel took bytes, or our FIN: a peer that is slow but reads is left alone. */
  #onProgress(): void {
    if (!this.#over) this.#patience.refresh()
  }

  async #endWhenOldEnough(): Promise<void> {
    await this.#age.untilOldEnough()
    this.#sendEnd()
  }

  /** Waited for before our end, so that whatever ends the connection afterwards comes behind the acknowledgements. */
  async #endWhenAcknowledged(): Promise<void> {
    this.#acknowledged = await this.acknowledged()
    await this.#endWhenOldEnough()
  }

  #sendEnd(): void {
    if (this.#over || this.#stage === 'closing') return
    this.#stage = 'closing'
    this.#patience.start(this.#settings.silenceMs)
    if (this.#secure === undefined) this.#stream?.end()
    else this.#watched.endStream(this.#secure, this.#protocol, this.#onError)
  }

  /**
   * Behind our end the FIN is kept from the TLS layer, so that its end is a close_notify. Before, or with what came
   * before our close_notify had left, the peer left first: what we wrote may be unread, and nothing it does from here on
   * can prove otherwise. Then it is only told which of the two it was, by whether there was more than a FIN to read.
   */
  #onTlsEnd(raw: Socket): void {
    if (this.#isAtEnd) this.#closeNotify = true
    else if (!this.#watched.isEnding && raw.bytesRead === this.#known)
      this.#finish(endOfStream(this.#standing(), false))
    else this.#finish({ ending: 'error', reason: 'the peer ended the connection by itself', code: undefined })
  }

  /** The peer's FIN was read, behind our end or on plain TCP. */
  #onEof(): void {
    this.#isAtEnd = true
    this.#watched.handUp()
    // The turn lets the TLS layer finish with what it was handed.
    setImmediate(() => this.#finish(endOfStream(this.#standing(), this.#watched.lastRecordAnswers())))
  }

  #standing(): Standing {
    const secure = this.#settings.secure !== undefined
    return { secure, closeNotify: this.#closeNotify, stage: this.#stage }
  }

  #onSilence(): void {
    this.#finish(silence(this.#standing(), this.#settings))
  }

  #wake(hasRoom: boolean): void {
    this.#wakeWriter?.(hasRoom)
    this.#wakeWriter = undefined
  }

  /** The first to come here decides; whatever the sockets report while they are torn down is of no account. */
  #finish(end: Pick<ConnectionEnd, 'ending' | 'reason' | 'code'>): void {
    if (this.#over) return
    this.#over = true
    this.#patience.stop()
    this.#age.forget()
    this.#stream?.destroy()
    this.#watched.raw.destroy()
    this.#opened.resolve(false)
    this.#wake(false)
    this.#writes.abandon()
    this.#ended.resolve({
      ...end,
      stage: this.#stage,
      acknowledged: this.#acknowledged,
      bytes: this.#watched?.taken() ?? 0,
      offered: this.#settings.secure?.session !== undefined,
      resumed: this.#resumed,
    })
  }
}
