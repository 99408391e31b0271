// The TLS output to Devo: takes frames, writes them in stretches, confirms a stretch only by the peer's clean end.
// One object holds the whole state; every event changes a little of it and then calls #advance, which does what is next.

import type { SecureContext } from 'node:tls'
import type { Log } from '@podpipe/runtime/log.ts'
import { Backlog, framesOf } from './backlog.ts'
import type { Ending } from './closing.ts'
import type { ConnectionEnd } from './connection.ts'
import type { Delivery, Output, OutputStatus } from './delivery.ts'
import { Episode } from './episode.ts'
import { Stretch, type StretchLimits } from './stretch.ts'
import { adviceFor } from './tls-faults.ts'
import { createClientContext, type TlsMaterial } from './tls-material.ts'

export type { Delivery, Output, OutputStatus } from './delivery.ts'

export interface DevoOutputOptions {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly tls: TlsMaterial
  /** Compare the names in the peer's certificate with the address; default true. */
  readonly checkHostname?: boolean
  readonly limits: StretchLimits & {
    /** Connections at once, all but one awaiting the peer's end; default 4. With 1 events arrive in order. */
    readonly outstanding?: number
  }
  /** Time for a connection to be up, in milliseconds; default 10 s. */
  readonly connectMs?: number
  /** How long a peer may take no byte or not answer a half-close, in milliseconds; default 30 s. */
  readonly silenceMs?: number
  readonly log: Log
  /** For the jitter of the backoff; default Math.random. */
  readonly random?: () => number
}

/**
 * Makes the output; it connects when the first frame comes and never falls back to plain text.
 * @throws ConfigurationError if the certificate or key cannot be used
 */
export function createDevoOutput(options: DevoOutputOptions): Output {
  return new DevoOutput(options)
}

class DevoOutput implements Output {
  readonly name: string
  readonly #options: DevoOutputOptions
  readonly #outstanding: number
  readonly #context: SecureContext
  readonly #backlog = new Backlog()
  readonly #episode: Episode
  /** Takes frames. */
  #open: Stretch | undefined
  /** Complete, being written out or awaiting the peer's end. */
  readonly #closing = new Set<Stretch>()
  #stretches = 0
  #stretchTimer: NodeJS.Timeout | undefined
  #backoffTimer: NodeJS.Timeout | undefined
  #session: Buffer | undefined
  #drains = 0
  #closed = false
  #waitingForRoom: (() => void)[] = []
  readonly #endings: Record<Ending, number> = { clean: 0, bare_fin: 0, reset: 0, timeout: 0, error: 0 }
  #resent = 0
  #lastError: string | undefined

  constructor(options: DevoOutputOptions) {
    this.name = options.name
    this.#options = options
    this.#outstanding = options.limits.outstanding ?? 4
    this.#context = createClientContext(options.tls)
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
    const running = [...this.#closing, ...(this.#open ? [this.#open] : [])]
    for (const { connection } of running) connection.destroy('the output is closed')
    await Promise.all(running.map(({ connection }) => connection.ended))
    this.#backlog.abandon(this.#closedError())
    this.#advance()
  }

  status(): OutputStatus {
    const { clean, bare_fin: bareFin, reset, timeout, error } = this.#endings
    const running = [...this.#closing, ...(this.#open ? [this.#open] : [])]
    return {
      connected: running.some(({ connection }) => connection.isOpen()),
      unconfirmedFrames: this.#backlog.retainedFrames,
      unconfirmedBytes: this.#backlog.retainedBytes,
      stretches: { clean, bareFin, reset, timeout, error },
      resent: this.#resent,
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      evidence: clean > 0 ? 'close_notify' : 'none yet',
    }
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
    const { stretchBytes, stretchEvents } = this.#options.limits
    const stretches = this.#outstanding + 1
    return (
      this.#backlog.retainedBytes < stretchBytes * stretches &&
      this.#backlog.retainedFrames < stretchEvents * stretches
    )
  }

  #openStretch(): Stretch {
    const { address, port, checkHostname = true, connectMs = 10_000, silenceMs = 30_000 } = this.#options
    this.#stretches += 1
    const stretch = new Stretch(this.#stretches, this.#options.limits, {
      address,
      port,
      context: this.#context,
      checkHostname,
      connectMs,
      silenceMs,
      session: this.#session,
      onSession: session => {
        this.#session = session
      },
    })
    this.#open = stretch
    this.#stretchTimer = setTimeout(() => this.#completeOpen(), this.#options.limits.stretchMs)
    void stretch.connection.ended.then(end => this.#onEnd(stretch, end))
    return stretch
  }

  /** From here on the stretch only waits for the peer, and the next may open. */
  #completeOpen(): void {
    if (this.#open === undefined) return
    clearTimeout(this.#stretchTimer)
    this.#closing.add(this.#open)
    this.#open.complete()
    this.#open = undefined
  }

  /** A connection is over. Stretches may end in any order; each is judged by its own connection alone. */
  #onEnd(stretch: Stretch, end: ConnectionEnd): void {
    this.#closing.delete(stretch)
    if (this.#open === stretch) {
      clearTimeout(this.#stretchTimer)
      this.#open = undefined
    }
    // close() rejects what is unconfirmed; the endings it causes say nothing about the peer.
    if (this.#closed) return
    this.#endings[end.ending] += 1
    if (end.ending === 'clean') this.#onConfirmed(stretch)
    else this.#onFailed(stretch, end)
    this.#advance()
  }

  #onConfirmed(stretch: Stretch): void {
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
