// An output over TCP, with TLS or plain: takes frames, writes them in stretches, confirms a stretch only by evidence.
// One object holds the whole state; every event changes a little of it and then calls #advance, which does what is next.

import type { Connection, ConnectionEnd } from './connection/connection.ts'
import { Dialer } from './connection/dialer.ts'
import { KeptConnection } from './connection/kept-connection.ts'
import type { Delivery, Frames, OutputStatus } from './delivery.ts'
import { Episode } from './episode.ts'
import { type Doubt, defaultOutstanding, roomsOf, stretchLimitsOf } from './evidence/allowance.ts'
import { announcementsOf, closedError } from './evidence/announcements.ts'
import type { Evidence, StretchEnd } from './evidence/evidence.ts'
import { Witness } from './evidence/witness.ts'
import { Backlog, bytesOf, framesOf, type Room } from './frames/backlog.ts'
import { writingFor } from './frames/choose-writing.ts'
import { Stretch } from './frames/stretch.ts'
import { StretchLength } from './frames/stretch-length.ts'
import type { PeerOutputOptions, TlsOutput } from './output-options.ts'
import { Tally } from './tally.ts'
import { adviceFor } from './tls/tls-faults.ts'
import type { TlsMaterial } from './tls/tls-material.ts'
import { Waiting } from './waiting.ts'

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
  readonly #rooms: Readonly<Record<Doubt, Room>>
  readonly #dialer: Dialer
  readonly #witness: Witness
  readonly #backlog = new Backlog()
  readonly #episode: Episode
  readonly #announce: ReturnType<typeof announcementsOf>
  readonly #tally = new Tally()
  readonly #length = new StretchLength()
  /** Takes frames. */
  #open: Stretch | undefined
  /** Complete, being written out or awaiting the peer's end. */
  readonly #closing = new Set<Stretch>()
  readonly #kept: KeptConnection
  #stretches = 0
  #stretchTimer: NodeJS.Timeout | undefined
  #backoffTimer: NodeJS.Timeout | undefined
  #drains = 0
  #closed = false
  readonly #waiting = new Waiting()
  #failing: OutputStatus['failing']

  constructor(options: PeerOutputOptions) {
    this.name = options.name
    this.#options = options
    this.#outstanding = options.limits.outstanding ?? defaultOutstanding
    this.#rooms = roomsOf(options.limits)
    this.#dialer = new Dialer(options)
    this.#witness = new Witness(options)
    this.#episode = new Episode(options.random ?? Math.random)
    this.#announce = announcementsOf(options)
    this.#kept = new KeptConnection(options, end => this.#announce.onNews(this.#witness.probe(end, now())))
  }

  async deliver(frames: Frames | (() => Frames), stopping?: AbortSignal): Promise<Delivery> {
    // Many partitions deliver at once, and all that wait are woken together: whoever comes late looks again.
    while (!this.#closed && !stopping?.aborted && !this.#hasRoom()) await this.#waiting.wait(stopping)
    if (this.#closed) throw closedError(this.name)
    stopping?.throwIfAborted()
    const confirmed = this.#backlog.accept(typeof frames === 'function' ? frames() : frames)
    this.#advance()
    return { confirmed }
  }

  useMaterial(material: TlsMaterial): void {
    this.#dialer.useMaterial(material)
    // A connection that is kept would go on under the name of the old certificate.
    this.#kept.retire()
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
    this.#kept.forget()
    const connections = this.#connections()
    for (const connection of connections) connection.destroy('the output is closed')
    await Promise.all(connections.map(({ ended }) => ended))
    this.#backlog.abandon(closedError(this.name))
    this.#advance()
  }

  status(): OutputStatus {
    const { usual = 'none yet', answer } = this.#witness
    return {
      connected: this.#connections().some(connection => connection.isOpen()),
      unconfirmedFrames: this.#backlog.retainedFrames,
      unconfirmedBytes: this.#backlog.retainedBytes,
      ...this.#tally.status(),
      ...(this.#failing !== undefined && { failing: this.#failing }),
      evidence: usual,
      ...(answer !== undefined && { answer }),
    }
  }

  note(): string {
    return this.#witness.note()
  }

  recall(note: string): void {
    this.#announce.onNews(this.#witness.recall(note))
  }

  #connections(): Connection[] {
    const running = [...this.#closing, ...(this.#open ? [this.#open] : [])]
    const all = running.map(({ connection }) => connection)
    const kept = this.#kept.connection
    return [...new Set(kept === undefined ? all : [...all, kept])]
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
    if (this.#closed || this.#hasRoom()) this.#waiting.wake()
  }

  /** While the peer is in doubt, one stretch at a time probes it. */
  #mayOpen(): boolean {
    const isInDoubt = this.#episode.isInDoubt || this.#witness.doubt !== 'none'
    return this.#closing.size < (isInDoubt ? 1 : this.#outstanding)
  }

  /** How much may be accepted and not confirmed. */
  get #room(): Room {
    return this.#rooms[this.#witness.doubt]
  }

  #hasRoom(): boolean {
    const { retainedBytes, retainedFrames } = this.#backlog
    return retainedBytes < this.#room.bytes && retainedFrames < this.#room.frames
  }

  #openStretch(): Stretch {
    this.#stretches += 1
    const { manner, doubt } = this.#witness
    const limits = stretchLimitsOf(
      this.#length.within(this.#options.limits),
      doubt,
      this.#backlog.retainedBytes,
    )
    const kept = manner === 'closed' ? undefined : this.#kept.usable()
    const stretch = new Stretch(this.#stretches, limits, {
      connection: kept?.connection ?? this.#dialer.dial(() => this.#witness.needsAcknowledgements),
      manner,
      writing: writingFor(this.#options.compression, doubt, this.#backlog, this.#room),
      ...(kept !== undefined && { after: kept.last.handedOver }),
    })
    if (manner !== 'closed') this.#kept.keep(stretch)
    this.#open = stretch
    this.#stretchTimer = setTimeout(() => this.#completeOpen(), this.#options.limits.stretchMs)
    void stretch.ended.then(end => this.#onEnd(stretch, end))
    return stretch
  }

  /** From here on the stretch only waits for the peer, and the next may open. */
  #completeOpen(): void {
    if (this.#open === undefined) return
    clearTimeout(this.#stretchTimer)
    this.#closing.add(this.#open)
    this.#open.complete()
    this.#open = undefined
    this.#kept.rest()
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
    const moment = { stretch: stretch.number, newest: this.#stretches, now: now() }
    const judgement = this.#witness.judge(end, moment)
    if (typeof end === 'object') {
      this.#tally.ended(end.ending)
      this.#dialer.noteEnd(end, judgement.proof !== undefined)
    }
    if (judgement.proof !== undefined) this.#onConfirmed(stretch, judgement.proof)
    else if (typeof end === 'object') this.#onFailed(stretch, end)
    this.#announce.onNews(judgement)
    this.#advance()
  }

  #onConfirmed(stretch: Stretch, proof: Evidence): void {
    this.#tally.confirmed(proof, framesOf(stretch.pieces))
    this.#length.confirmed(bytesOf(stretch.pieces))
    this.#backlog.confirm(stretch.pieces)
    const attempts = this.#episode.confirmed(stretch.number)
    if (attempts === undefined) return
    this.#failing = undefined
    this.#announce.onRecovered(attempts, this.#tally.resent)
  }

  /** Also for a peer that resets while its answer is awaited: read or not, without the answer all is sent again. */
  #onFailed(stretch: Stretch, end: ConnectionEnd): void {
    this.#tally.resent += stretch.writtenFrames
    this.#backlog.giveBack(stretch.pieces)
    this.#length.broke()
    this.#failing = { cause: end.reason, action: adviceFor(end).text }
    const cause = end.ending === 'reset' ? 'reset' : `${end.ending} ${end.code ?? end.stage}`
    const failure = this.#episode.failed(stretch.number, this.#stretches, cause)
    this.#backoffTimer ??= setTimeout(() => {
      this.#backoffTimer = undefined
      this.#advance()
    }, failure.delayMs)
    if (failure.isNews) this.#announce.onFailure(end, framesOf(stretch.pieces), this.#episode.attempts)
  }
}

/** Milliseconds since 1970; nobody sets this clock meanwhile. */
const now = (): number => performance.timeOrigin + performance.now()
