// An output over TCP, with TLS or plain: takes frames, writes them in stretches, confirms a stretch only by evidence.
// One object holds the whole state; every event changes a little of it and then calls #advance, which does what is next.

import type { SecureContext } from 'node:tls'
import type { Compression, Confirm } from '@podpipe/runtime/config/config.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { Backlog, framesOf, type Room } from './backlog.ts'
import type { Ending } from './closing.ts'
import { type Connection, type ConnectionEnd, openConnection } from './connection.ts'
import type { Delivery, Output, OutputStatus } from './delivery.ts'
import { Episode } from './episode.ts'
import { type Evidence, type Judgement, type StretchEnd, sentenceOn, Witness } from './evidence.ts'
import { Stretch, type StretchLimits } from './stretch.ts'
import { adviceFor } from './tls-faults.ts'
import { createClientContext, type TlsChoices, type TlsMaterial } from './tls-material.ts'
import { compressed, plain, type Writing } from './writing.ts'

export type { Delivery, Output, OutputStatus } from './delivery.ts'

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

const refusalsBelieved = 2

/** A connection that outlives its stretches, until when on the monotonic clock, and the last stretch on it. */
interface Kept {
  readonly connection: Connection
  readonly until: number
  last: Stretch
}

/**
 * Makes the output; it connects when the first frame comes and never falls back to plain text.
 * @throws ConfigurationError if the certificate or key cannot be used
 */
export function createPeerOutput(options: PeerOutputOptions): TlsOutput {
  return new PeerOutput(options)
}

class PeerOutput implements TlsOutput {
  readonly name: string
  readonly #options: PeerOutputOptions
  readonly #outstanding: number
  /** How much may be accepted and not confirmed. */
  readonly #room: Room
  #context: SecureContext | undefined
  readonly #witness: Witness
  readonly #backlog = new Backlog()
  readonly #episode: Episode
  /** Takes frames. */
  #open: Stretch | undefined
  /** Complete, being written out or awaiting the peer's end. */
  readonly #closing = new Set<Stretch>()
  #stretches = 0
  #kept: Kept | undefined
  #lifeMs = 60_000
  #idleTimer: NodeJS.Timeout | undefined
  #stretchTimer: NodeJS.Timeout | undefined
  #backoffTimer: NodeJS.Timeout | undefined
  #session: Buffer | undefined
  /** Handshakes in a row that the peer broke off when a session was offered. */
  #refusals = 0
  #drains = 0
  #closed = false
  #waitingForRoom: (() => void)[] = []
  readonly #endings: Record<Ending, number> = {
    clean: 0,
    fin: 0,
    bare_fin: 0,
    reset: 0,
    timeout: 0,
    error: 0,
  }
  readonly #confirmed: Record<Evidence, number> = {
    close_notify: 0,
    fin: 0,
    bare_fin: 0,
    acked: 0,
    written: 0,
  }
  #resent = 0
  #lastError: string | undefined

  constructor(options: PeerOutputOptions) {
    this.name = options.name
    this.#options = options
    this.#outstanding = options.limits.outstanding ?? 4
    const stretches = this.#outstanding + 1
    this.#room = {
      frames: options.limits.stretchEvents * stretches,
      bytes: Math.min(
        options.limits.stretchBytes * stretches,
        options.limits.maxBufferedBytes ?? Number.POSITIVE_INFINITY,
      ),
    }
    this.#context = options.tls && createClientContext(options.tls, options.tlsChoices)
    this.#witness = new Witness(options.confirm ?? 'auto', options.tls !== undefined)
    this.#episode = new Episode(options.random ?? Math.random)
  }

  async deliver(frames: readonly Buffer[]): Promise<Delivery> {
    // Many partitions deliver at once, and all that wait are woken together: whoever comes late looks again.
    while (!this.#closed && !this.#hasRoom()) {
      await new Promise<void>(resolve => this.#waitingForRoom.push(resolve))
    }
    if (this.#closed) throw this.#closedError()
    const confirmed = this.#backlog.accept(frames)
    this.#advance()
    return { confirmed }
  }

  useMaterial(material: TlsMaterial): void {
    this.#context = createClientContext(material, this.#options.tlsChoices)
    // A session would go on under the name of the old certificate, and so would a connection that is kept.
    this.#session = undefined
    this.#retire()
  }

  async drain(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const aborted = Promise.withResolvers<void>()
    const onAbort = () => aborted.resolve()
    signal.addEventListener('abort', onAbort)
    this.#drains += 1
    // Frames delivered during the drain are written as usual; each stretch merely ends as soon as nothing waits.
    // They are not waited for, so a caller that goes on delivering does not keep the drain from ending.
    const settled = this.#backlog.settled().catch(() => {})
    this.#advance()
    await Promise.race([settled, aborted.promise])
    this.#drains -= 1
    signal.removeEventListener('abort', onAbort)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#stretchTimer)
    clearTimeout(this.#backoffTimer)
    clearTimeout(this.#idleTimer)
    const connections = this.#connections()
    for (const connection of connections) connection.destroy('the output is closed')
    await Promise.all(connections.map(({ ended }) => ended))
    this.#backlog.abandon(this.#closedError())
    this.#advance()
  }

  status(): OutputStatus {
    const { bare_fin: bareFin, ...endings } = this.#endings
    return {
      connected: this.#connections().some(connection => connection.isOpen()),
      unconfirmedFrames: this.#backlog.retainedFrames,
      unconfirmedBytes: this.#backlog.retainedBytes,
      stretches: { ...endings, bareFin },
      confirmed: { ...this.#confirmed },
      resent: this.#resent,
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      evidence: this.#witness.usual ?? 'none yet',
    }
  }

  #connections(): Connection[] {
    const running = [...this.#closing, ...(this.#open ? [this.#open] : [])]
    const all = running.map(({ connection }) => connection)
    return [...new Set(this.#kept === undefined ? all : [...all, this.#kept.connection])]
  }

  /** Does whatever the present state allows; may be called at any time, and twice does no harm. */
  #advance(): void {
    // During a backoff no frame is given out, not even to a stretch that is still open: what failed goes first.
    while (!this.#closed && this.#backoffTimer === undefined && this.#backlog.isWaiting) {
      if (this.#open === undefined && !this.#mayOpen()) break
      const open = this.#open ?? this.#openStretch()
      const piece = this.#backlog.take(open.room, open.isEmpty)
      if (piece === undefined) this.#completeOpen()
      else open.add(piece)
    }
    if (this.#open?.isFull || this.#drains > 0) this.#completeOpen()
    if (this.#closed || this.#hasRoom()) for (const resume of this.#waitingForRoom.splice(0)) resume()
  }

  /** While the peer is in doubt, one stretch at a time probes it. */
  #mayOpen(): boolean {
    return this.#closing.size < (this.#episode.isOn ? 1 : this.#outstanding)
  }

  #hasRoom(): boolean {
    const { retainedBytes, retainedFrames } = this.#backlog
    return retainedBytes < this.#room.bytes && retainedFrames < this.#room.frames
  }

  #openStretch(): Stretch {
    this.#stretches += 1
    const { manner } = this.#witness
    const kept = manner === 'closed' ? undefined : this.#usable()
    const stretch = new Stretch(this.#stretches, this.#options.limits, {
      connection: kept?.connection ?? this.#connect(),
      manner,
      writing: this.#writing(),
      ...(kept !== undefined && { after: kept.last.handedOver }),
    })
    if (kept !== undefined) kept.last = stretch
    else if (manner !== 'closed') this.#keep(stretch)
    this.#open = stretch
    this.#stretchTimer = setTimeout(() => this.#completeOpen(), this.#options.limits.stretchMs)
    void stretch.ended.then(end => this.#onEnd(stretch, end))
    return stretch
  }

  /** The vendor's rule: the fuller the buffer, the sooner the time of the processor is well spent. */
  #writing(): Writing {
    const { compression } = this.#options
    if (compression === undefined || compression.threshold > 1) return plain
    const { retainedBytes, retainedFrames } = this.#backlog
    const { bytes, frames } = this.#room
    const used = Math.max(retainedBytes / bytes, retainedFrames / frames)
    return used >= compression.threshold ? compressed(compression.level, compression.bufferBytes) : plain
  }

  #connect(): Connection {
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
      needsAcknowledgements: () => this.#witness.needsAcknowledgements,
    })
  }

  /** The kept connection, if it may take another stretch. One that has lived long enough is ended instead. */
  #usable(): Kept | undefined {
    clearTimeout(this.#idleTimer)
    const kept = this.#kept
    if (kept === undefined || !kept.connection.takesMore()) return undefined
    if (performance.now() < kept.until) return kept
    this.#retire()
    return undefined
  }

  #keep(stretch: Stretch): void {
    const { rotateMs = 3_600_000, random = Math.random } = this.#options
    const { connection } = stretch
    // The end of a connection asks the peer whether it answers after all: soon after it did not, then ever less often.
    const lifeMs = Math.min(rotateMs, this.#lifeMs)
    this.#lifeMs = Math.min(rotateMs, this.#lifeMs * 2)
    this.#kept = { connection, until: performance.now() + lifeMs * (1 - random() / 10), last: stretch }
    void connection.ended.then(() => {
      if (this.#kept?.connection === connection) this.#kept = undefined
    })
  }

  /** Ends the kept connection behind what is written to it. How the peer takes that may be better news of it. */
  #retire(): void {
    const kept = this.#kept
    if (kept === undefined) return
    this.#kept = undefined
    void kept.last.ended.then(() => kept.connection.halfClose())
    void kept.connection.ended.then(end => this.#onNews(this.#witness.probe(end)))
  }

  /** From here on the stretch only waits for the peer, and the next may open. */
  #completeOpen(): void {
    if (this.#open === undefined) return
    clearTimeout(this.#stretchTimer)
    this.#closing.add(this.#open)
    this.#open.complete()
    this.#open = undefined
    if (this.#kept === undefined) return
    // The peer would end it by itself at some time, perhaps while bytes are on their way.
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#retire(), this.#options.idleMs ?? 20_000)
  }

  /** Stretches may end in any order; each is judged by its own end alone. */
  #onEnd(stretch: Stretch, end: StretchEnd): void {
    this.#closing.delete(stretch)
    if (this.#open === stretch) {
      clearTimeout(this.#stretchTimer)
      this.#open = undefined
    }
    // close() rejects what is unconfirmed; the endings it causes say nothing about the peer.
    if (this.#closed) return
    if (typeof end === 'object') {
      this.#endings[end.ending] += 1
      this.#noteSession(end)
    }
    const judgement = this.#witness.judge(end, stretch.number, this.#stretches)
    if (judgement.proof !== undefined) this.#onConfirmed(stretch, judgement.proof)
    else if (typeof end === 'object') this.#onFailed(stretch, end)
    this.#onNews(judgement)
    this.#advance()
  }

  /**
   * A server that checks client certificates without a session context refuses each session that it gave itself
   * (rsyslog with OpenSSL does). Every second connection would fail for that alone.
   */
  #noteSession({ offered, stage, code }: ConnectionEnd): void {
    if (!offered) return
    const isRefused = stage === 'handshake' && code?.startsWith('ERR_SSL') === true
    this.#refusals = isRefused ? this.#refusals + 1 : 0
    if (this.#refusals !== refusalsBelieved) return
    const { address, port, log } = this.#options
    log.info(
      { output: this.name, address, port },
      'the peer refuses to resume its own TLS sessions; each connection shakes hands anew from here on',
    )
  }

  /** Said once, and again only when the peer's manner changes. */
  #onNews({ became, was }: Pick<Judgement, 'became' | 'was'>): void {
    if (became === undefined) return
    const { address, port, log, confirm = 'auto' } = this.#options
    const { isWeak, text } = sentenceOn(became, confirm)
    log[isWeak ? 'warn' : 'info'](
      { output: this.name, address, port, confirm, evidence: became, ...(was !== undefined && { was }) },
      `output ${this.name} is confirmed by ${became}: ${text}`,
    )
  }

  #onConfirmed(stretch: Stretch, proof: Evidence): void {
    this.#confirmed[proof] += framesOf(stretch.pieces)
    this.#backlog.confirm(stretch.pieces)
    const attempts = this.#episode.confirmed(stretch.number)
    if (attempts === undefined) return
    this.#lastError = undefined
    const { address, port, log } = this.#options
    log.info(
      { output: this.name, address, port, attempts, resent: this.#resent },
      'the output works again: the peer has confirmed a stretch',
    )
  }

  /** Also for a peer that resets while its answer is awaited: read or not, without the answer all is sent again. */
  #onFailed(stretch: Stretch, end: ConnectionEnd): void {
    this.#resent += stretch.writtenFrames
    this.#backlog.giveBack(stretch.pieces)
    // A session that the peer no longer likes must not stand in the way of the next handshake.
    if (end.stage === 'handshake' || end.ending === 'error') this.#session = undefined
    this.#lastError = end.reason
    const cause = end.ending === 'reset' ? 'reset' : `${end.ending} ${end.code ?? end.stage}`
    const failure = this.#episode.failed(stretch.number, this.#stretches, cause)
    this.#backoffTimer ??= setTimeout(() => {
      this.#backoffTimer = undefined
      this.#advance()
    }, failure.delayMs)
    if (failure.isNews) this.#report(stretch, end)
  }

  #report(stretch: Stretch, end: ConnectionEnd): void {
    const { address, port, log } = this.#options
    const { ending, stage, code } = end
    const advice = adviceFor(end)
    const frames = framesOf(stretch.pieces)
    log[advice.needsPerson ? 'error' : 'warn'](
      { output: this.name, address, port, ending, stage, code, frames, attempts: this.#episode.attempts },
      `output ${this.name} has no proof of delivery from ${address}:${port}: ${end.reason}. ` +
        `${frames} events are kept and sent again until the peer confirms them; some may arrive twice. ${advice.text}`,
    )
  }

  #closedError(): Error {
    return new Error(
      `Output ${this.name} is closed: events without confirmation stay uncommitted in Kafka and are sent at the next start.`,
    )
  }
}
