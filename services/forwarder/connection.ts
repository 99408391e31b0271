// One connection to a peer, over TLS or plain TCP, from TCP connect to the one word that says how it ended.
// stretch.ts writes to it, output.ts acts on its end.

import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { type Ending, type EndingFacts, endingOf } from './closing.ts'
import { secureOptions } from './secure-options.ts'
import { unacknowledged } from './unacknowledged.ts'
import { type WatchedSocket, watchSocket } from './watched-socket.ts'

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

/** Starts to connect and returns at once. With `secure` there is no way to a connection without TLS. */
export const openConnection = (settings: ConnectionSettings): Connection => new PeerConnection(settings)

/** Between two looks at what is not acknowledged yet, in milliseconds: at first often, then less so. */
const firstLookMs = 2
const longestLookMs = 100

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
  /** On the monotonic clock: when TCP was asked to connect, and when we may half-close at the earliest. */
  readonly #startedAt = performance.now()
  #notBefore = 0
  /** Runs while we wait for the peer: to connect, to take bytes, to answer our half-close. */
  #patience: NodeJS.Timeout | undefined
  #endTimer: NodeJS.Timeout | undefined
  #handedWrites = 0
  #doneWrites = 0
  #wantsEnd = false
  #waitsForAcknowledgements = false
  #wakeWriter: ((room: boolean) => void) | undefined
  /** Who waits for a write to be done, in the order of the writes. */
  #waitingForWrites: { readonly write: number; readonly resolve: (done: boolean) => void }[] = []

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
    this.#raw.once('connect', () => this.#onConnect())
    this.#raw.on('error', error => this.#onError(error))
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
    if (!this.#isWriting()) this.#wait(this.#settings.silenceMs)
    this.#handedWrites += 1
    const hasRoom = this.#stream.write(bytes, () => this.#onWritten())
    if (hasRoom) return Promise.resolve(true)
    return new Promise(resolve => {
      this.#wakeWriter = resolve
    })
  }

  written(): Promise<boolean> {
    if (this.#over) return Promise.resolve(false)
    if (!this.#isWriting()) return Promise.resolve(true)
    const write = this.#handedWrites
    return new Promise(resolve => this.#waitingForWrites.push({ write, resolve }))
  }

  #isWriting(): boolean {
    return this.#doneWrites < this.#handedWrites
  }

  /**
   * What the kernel has taken, less what it still holds for the peer, has been acknowledged. The count is read before
   * the table, so bytes that are added meanwhile can only make the result smaller.
   */
  async acknowledged(): Promise<boolean> {
    if (!(await this.written())) return false
    // A peer that refuses our certificate under TLS 1.3 may acknowledge bytes while the refusal is on its way.
    await this.#untilOldEnough()
    const target = this.#watched?.taken() ?? 0
    let before = Number.POSITIVE_INFINITY
    let movedAt = performance.now()
    for (let pause = firstLookMs; !this.#over; pause = Math.min(pause * 2, longestLookMs)) {
      const taken = this.#watched?.taken() ?? 0
      const left = await this.#unacknowledged()
      if (this.#over || left === undefined) return false
      if (taken - left >= target) return true
      const missing = target - (taken - left)
      if (missing < before) movedAt = performance.now()
      else if (performance.now() - movedAt > this.#settings.silenceMs) this.#onTimeout()
      before = Math.min(before, missing)
      await sleep(pause)
    }
    return false
  }

  halfClose(): void {
    if (this.#over || this.#stage !== 'open' || this.#wantsEnd) return
    this.#wantsEnd = true
    this.#waitsForAcknowledgements = this.#settings.needsAcknowledgements()
    if (this.#waitsForAcknowledgements) void this.#endWhenAcknowledged()
    else if (!this.#isWriting()) void this.#endWhenOldEnough()
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
    stream.on('error', error => this.#onError(error))
    stream.on('drain', () => this.#wake(true))
    // Devo sends no data. Whatever comes is read and dropped, so that the end behind it is seen.
    stream.resume()
  }

  #onSecure(secure: TLSSocket): void {
    if (this.#over) return
    this.#notBefore = performance.now() + 2 * (performance.now() - this.#startedAt)
    this.#protocol = secure.getProtocol()
    this.#resumed = secure.isSessionReused()
    this.#onOpen()
  }

  #onOpen(): void {
    clearTimeout(this.#patience)
    this.#stage = 'open'
    this.#opened.resolve(true)
  }

  #onWritten(): void {
    this.#doneWrites += 1
    if (this.#over) return
    // On a connection that goes on, the next stretch may be written already: nobody waits for its end.
    this.#tellWritten(this.#doneWrites, true)
    if (this.#isWriting()) return
    clearTimeout(this.#patience)
    if (this.#wantsEnd && !this.#waitsForAcknowledgements) void this.#endWhenOldEnough()
  }

  #tellWritten(upTo: number, done: boolean): void {
    while (this.#waitingForWrites[0] && this.#waitingForWrites[0].write <= upTo)
      this.#waitingForWrites.shift()?.resolve(done)
  }

  /** The kernel took bytes: a peer that is slow but reads is left alone. */
  #onProgress(): void {
    if (this.#over || this.#stage === 'handshake') return
    if (this.#isWriting() || this.#stage === 'closing') this.#patience?.refresh()
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
  async #endWhenOldEnough(): Promise<void> {
    await this.#untilOldEnough()
    this.#sendEnd()
  }

  /** Waited for before our end, so that whatever ends the connection afterwards comes behind the acknowledgements. */
  async #endWhenAcknowledged(): Promise<void> {
    this.#acknowledged = await this.acknowledged()
    await this.#endWhenOldEnough()
  }

  #untilOldEnough(): Promise<void> {
    const left = this.#notBefore - performance.now()
    if (left <= 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#endTimer = setTimeout(resolve, left)
    })
  }

  #sendEnd(): void {
    if (this.#over || this.#stage === 'closing') return
    this.#stage = 'closing'
    this.#wait(this.#settings.silenceMs)
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
    const ending = endingOf({
      ...this.#facts(),
      eof: true,
      lastRecordAnswers: this.#watched?.lastRecordAnswers(this.#protocol) ?? false,
    })
    const when = this.#stage === 'closing' ? 'after our half-close' : 'by itself'
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
    const secure = this.#settings.secure !== undefined
    const halfClosed = this.#stage === 'closing'
    return {
      secure,
      halfClosed,
      error: undefined,
      timedOut: false,
      eof: false,
      closeNotify,
      lastRecordAnswers: false,
    }
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
    this.#stream?.destroy()
    this.#raw.destroy()
    this.#opened.resolve(false)
    this.#wake(false)
    this.#tellWritten(Number.POSITIVE_INFINITY, false)
    this.#ended.resolve({
      ...end,
      stage: this.#stage,
      acknowledged: this.#acknowledged,
      offered: this.#settings.secure?.session !== undefined,
      resumed: this.#resumed,
    })
  }
}

/** OpenSSL's errors have a short form beside a message full of source lines. */
function shortReasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : reasonOf(error)
}
