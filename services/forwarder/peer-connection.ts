// One connection to a peer, over TLS or plain TCP, from TCP connect to the one word that says how it ended.

import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { untilAcknowledged } from './acknowledgements.ts'
import { Age } from './age.ts'
import type { Connection, ConnectionEnd, ConnectionSettings, SecureSettings } from './connection.ts'
import { endOfStream, failure, type Standing, silence } from './last-seen.ts'
import { Patience } from './patience.ts'
import { secureOptions } from './secure-options.ts'
import { unacknowledged } from './unacknowledged.ts'
import { type WatchedSocket, watchSocket } from './watched-socket.ts'
import { Writes } from './writes.ts'

/** Starts to connect and returns at once. With `secure` there is no way to a connection without TLS. */
export const openConnection = (settings: ConnectionSettings): Connection => new PeerConnection(settings)

class PeerConnection implements Connection {
  readonly #settings: ConnectionSettings
  readonly #opened = Promise.withResolvers<boolean>()
  readonly #ended = Promise.withResolvers<ConnectionEnd>()
  readonly opened = this.#opened.promise
  readonly ended = this.#ended.promise
  readonly #raw: Socket
  #watched: WatchedSocket | undefined
  #secure: TLSSocket | undefined
  /** What events are written to: the TLS layer, or the pipe itself. */
  #stream: Duplex | undefined
  #stage: ConnectionEnd['stage'] = 'connecting'
  #over = false
  #closeNotify = false
  #acknowledged = false
  // Both are taken when the handshake is done: a TLS socket that has ended no longer knows them.
  #protocol: string | null = null
  #resumed = false
  readonly #age = new Age()
  /** Runs while we wait for the peer: to connect, to take bytes, to answer our half-close. */
  readonly #patience = new Patience(
    () => this.#unacknowledged(),
    () => this.#onSilence(),
  )
  readonly #writes = new Writes()
  #wantsEnd = false
  #waitsForAcknowledgements = false
  #wakeWriter: ((room: boolean) => void) | undefined

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.#patience.start(settings.connectMs)
    this.#raw = connect({
      host: settings.address,
      port: settings.port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
    })
    this.#raw.once('connect', () => this.#onConnect())
    this.#raw.on('error', error => this.#finish(failure(this.#standing(), error)))
    // The turn lets the TLS layer finish with the bytes that came together with the FIN.
    this.#raw.once('end', () => setImmediate(() => this.#onEof()))
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
      taken: () => this.#watched?.taken() ?? 0,
      left: () => this.#unacknowledged(),
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

  #onConnect(): void {
    if (this.#over) return
    this.#watched = watchSocket(this.#raw, () => this.#onProgress())
    const { secure } = this.#settings
    if (secure === undefined) {
      this.#useStream(this.#watched.stream)
      this.#onOpen()
    } else this.#handshake(secure, this.#watched.stream)
  }

  #handshake(settings: SecureSettings, pipe: Duplex): void {
    this.#stage = 'handshake'
    const secure = tlsConnect({ ...secureOptions(this.#settings.address, settings), socket: pipe })
    this.#secure = secure
    secure.once('secureConnect', () => this.#onSecure(secure))
    secure.on('session', (ticket: Buffer) => settings.onSession(ticket))
    secure.once('end', () => this.#onTlsEnd())
    this.#useStream(secure)
  }

  #useStream(stream: Duplex): void {
    this.#stream = stream
    stream.on('error', error => this.#finish(failure(this.#standing(), error)))
    stream.on('drain', () => this.#wake(true))
    // Devo sends no data. Whatever comes is read and dropped, so that the end behind it is seen.
    stream.resume()
  }

  #onSecure(secure: TLSSocket): void {
    if (this.#over) return
    this.#age.shookHands()
    this.#protocol = secure.getProtocol()
    this.#resumed = secure.isSessionReused()
    this.#onOpen()
  }

  #onOpen(): void {
    this.#patience.stop()
    this.#stage = 'open'
    this.#opened.resolve(true)
  }

  #onWritten(): void {
    if (this.#over) return
    this.#writes.finish()
    if (this.#writes.areUnderWay) return
    this.#patience.stop()
    if (this.#wantsEnd && !this.#waitsForAcknowledgements) void this.#endWhenOldEnough()
  }

  /** The kernel took bytes: a peer that is slow but reads is left alone. */
  #onProgress(): void {
    if (this.#over || this.#stage === 'handshake') return
    if (this.#writes.areUnderWay || this.#stage === 'closing') this.#patience.refresh()
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
    if (this.#secure !== undefined) this.#watched?.expectCloseNotify(this.#protocol)
    this.#stream?.end()
  }

  async #unacknowledged(): Promise<number | undefined> {
    const { localPort, remoteAddress, remotePort } = this.#raw
    if (localPort === undefined || remoteAddress === undefined || remotePort === undefined) return undefined
    return await unacknowledged({ localPort, remoteAddress, remotePort }).catch(() => undefined)
  }

  /** The pipe below never passes a FIN up, so an end of the TLS layer is a close_notify. */
  #onTlsEnd(): void {
    this.#closeNotify = true
    // The peer left first. What we wrote may be unread, and nothing it does from here on can prove otherwise.
    if (!this.#watched?.closeNotifySent())
      this.#finish({ ending: 'error', reason: 'the peer ended the connection by itself', code: undefined })
  }

  #onEof(): void {
    const answers = this.#watched?.lastRecordAnswers(this.#protocol) ?? false
    this.#finish(endOfStream(this.#standing(), answers))
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
    this.#raw.destroy()
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
