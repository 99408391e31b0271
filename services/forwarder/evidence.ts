// What counts as proof of delivery: the evidence that a stretch ended with, against what the output asks for. Pure.
// docs/confirmation.md says for people what each kind of evidence proves and what can be lost with it.

import type { Confirm } from '@podpipe/runtime/config/config.ts'
import type { ConnectionEnd } from './connection.ts'

/** Kinds of evidence, the strongest first. `fin` is a FIN on plain TCP, `bare_fin` one under TLS without close_notify. */
export const evidences = ['close_notify', 'fin', 'bare_fin', 'acked', 'written'] as const

export type Evidence = (typeof evidences)[number]

/** How a stretch ended: with its connection, or on a connection that goes on. */
export type StretchEnd = ConnectionEnd | 'acked' | 'written'

/** What becomes of a stretch, and what is new about the peer. */
export interface Judgement {
  /** The evidence that the stretch is confirmed by; undefined if it has to be sent again. */
  readonly proof: Evidence | undefined
  /** The peer's usual evidence, where it is another than before. */
  readonly became?: Evidence
  readonly was?: Evidence
}

const strength: Record<Evidence, number> = { close_notify: 3, fin: 3, bare_fin: 2, acked: 1, written: 0 }
const least: Record<Confirm, number> = { closed: 3, auto: 1, acked: 1, written: 0 }

/**
 * How often in a row a peer that has given stronger evidence has to give a weaker one before that is believed. A FIN
 * comes of a process that dies too, but once. Silence comes of one that hangs, for as long as that lasts: twenty times
 * are ten minutes at least.
 */
const convincing: Record<Evidence, number> = { close_notify: 0, fin: 3, bare_fin: 3, acked: 20, written: 0 }

/** The evidence in the way a connection ended, whatever is asked for. */
export function evidenceIn(end: StretchEnd): Evidence | undefined {
  if (end === 'acked' || end === 'written') return end
  if (end.stage !== 'closing') return undefined
  if (end.ending === 'clean') return 'close_notify'
  // Without the acknowledgements a FIN may come of a peer that never had the last bytes.
  if (!end.acknowledged) return undefined
  if (end.ending === 'fin' || end.ending === 'bare_fin') return end.ending
  return end.ending === 'timeout' ? 'acked' : undefined
}

/** Remembers what a peer usually gives, and judges each stretch by it. */
export class Witness {
  readonly #confirm: Confirm
  readonly #strongest: Evidence
  #usual: Evidence | undefined
  #weaker = 0
  #newestWeak = 0

  constructor(confirm: Confirm, secure: boolean) {
    this.#confirm = confirm
    this.#strongest = secure ? 'close_notify' : 'fin'
  }

  get usual(): Evidence | undefined {
    return this.#usual
  }

  /** How the next stretch is to end: with its connection, or when its bytes are acknowledged, or written. */
  get manner(): 'closed' | 'acked' | 'written' {
    if (this.#confirm === 'acked' || this.#confirm === 'written') return this.#confirm
    return this.#confirm === 'auto' && this.#usual === 'acked' ? 'acked' : 'closed'
  }

  /** Whether a connection has to wait for the peer's acknowledgements before it is half-closed. */
  get needsAcknowledgements(): boolean {
    if (this.#strongest === 'fin') return this.#confirm !== 'written'
    if (this.#confirm === 'auto') return this.#usual !== this.#strongest || this.#weaker > 0
    return this.#confirm === 'acked'
  }

  /**
   * Judges how a stretch ended.
   * @param stretch its number; numbers grow in the order of opening
   * @param newest the number of the newest stretch opened by now
   */
  judge(end: StretchEnd, stretch: number, newest: number): Judgement {
    const evidence = evidenceIn(end)
    const weaker = this.#weakerIn(end, evidence)
    if (weaker !== undefined) {
      // Stretches that were open together fall together, and that is one occasion.
      if (stretch > this.#newestWeak) {
        this.#weaker += 1
        this.#newestWeak = newest
      }
      if (this.#weaker < convincing[weaker]) return { proof: undefined }
    } else if (evidence !== undefined) this.#weaker = 0
    if (evidence === undefined || strength[evidence] < least[this.#confirm]) return { proof: undefined }
    return { proof: evidence, ...this.#learn(evidence) }
  }

  /** What the end of a connection on which nothing is unconfirmed tells: perhaps the peer does answer a half-close. */
  probe(end: ConnectionEnd): Pick<Judgement, 'became' | 'was'> {
    const evidence = evidenceIn(end)
    const isStronger =
      evidence !== undefined && strength[evidence] > (this.#usual ? strength[this.#usual] : 0)
    return this.#confirm === 'auto' && isStronger ? this.#learn(evidence) : {}
  }

  /** Only `auto` ever changes what it expects. What was not acknowledged is weaker too, and only counted. */
  #weakerIn(end: StretchEnd, evidence: Evidence | undefined): Evidence | undefined {
    if (this.#confirm !== 'auto' || this.#usual === undefined) return undefined
    const candidate = evidence ?? (typeof end === 'object' ? evidenceIn({ ...end, acknowledged: true }) : end)
    return candidate !== undefined && strength[candidate] < strength[this.#usual] ? candidate : undefined
  }

  #learn(evidence: Evidence): Pick<Judgement, 'became' | 'was'> {
    const was = this.#usual
    if (was === evidence) return {}
    this.#usual = evidence
    this.#weaker = 0
    return { became: evidence, ...(was !== undefined && { was }) }
  }
}

/**
 * What the log says once when it is known by what a peer confirms; a warning where that is less than it could be.
 * @param confirm what the output asks for
 */
export function sentenceOn(
  evidence: Evidence,
  confirm: Confirm,
): { readonly isWeak: boolean; readonly text: string } {
  const why =
    confirm === 'acked' ? 'confirm: acked asks for no more' : 'the peer does not answer the end of a stretch'
  const text: Record<Evidence, string> = {
    close_notify:
      'the peer answers the end of a stretch with a TLS close_notify, so events are committed once it has read them',
    fin: 'the peer answers the end of a stretch with its own, behind every byte acknowledged, so events are committed once it has taken them off the connection; on plain TCP anybody on the way could answer in its place',
    bare_fin:
      'the peer ends without a TLS close_notify, and its FIN counts where its TCP had acknowledged every byte before. That is weaker: a FIN is not signed, a balancer on the way may send it, and a peer that dies with events in hand sends one as well. docs/confirmation.md says what can be lost',
    acked: `${why}, so events are committed once its TCP has acknowledged every byte. That is weaker: what it has acknowledged and not yet read is lost if it dies, some megabytes at most. docs/confirmation.md says more`,
    written:
      'confirm: written commits events as soon as they are handed to the system. Whatever is on its way when a connection breaks is lost without a trace. Choose confirm: auto unless you can do without these events',
  }
  return { isWeak: strength[evidence] < strength.close_notify, text: text[evidence] }
}
