// What is known of a peer: by what it usually confirms, and whether it is believed to do so by less from now on. Pure:
// it is told how each stretch ended, and when.

import type { Confirm } from '@podpipe/runtime/config/config.ts'
import type { ConnectionEnd } from '../connection/connection.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import { type Acquaintance, acquaintanceIn, noteOf, peerName } from './acquaintance.ts'
import type { Doubt } from './allowance.ts'
import { type Answer, answerIn, type Evidence, evidenceIn, type StretchEnd, strength } from './evidence.ts'
import { Silence } from './silence.ts'

/** What becomes of a stretch, and what is new about the peer. */
export interface Judgement {
  /** The evidence that the stretch is confirmed by; undefined if it has to be sent again. */
  readonly proof: Evidence | undefined
  /** The peer's usual evidence, where it is another than before. */
  readonly became?: Evidence
  readonly was?: Evidence
}

type News = Pick<Judgement, 'became' | 'was'>

/** Numbers of stretches grow in the order of opening. */
interface Moment {
  readonly stretch: number
  /** The newest stretch opened by now. */
  readonly newest: number
  /** Milliseconds since 1970, on a clock that goes on evenly. */
  readonly now: number
}

type Watched = Pick<PeerOutputOptions, 'tls' | 'confirm' | 'address' | 'port'>

const least: Record<Confirm, number> = { closed: 3, auto: 1, acked: 1, written: 0 }

/** How often in a row a peer known for a close_notify has to leave it out: a process that dies sends a FIN as well, but once. */
const convincingFins = 3

export class Witness {
  readonly #confirm: Confirm
  readonly #strongest: Evidence
  /** Who it is about in notes. */
  readonly #peer: string
  #known: Acquaintance | undefined
  /** What is known comes from a note, and nothing was confirmed since. */
  #isHearsay = false
  #fins = 0
  readonly #silence = new Silence()
  #newestWeak = 0
  #answer: Answer | undefined

  constructor({ tls, confirm = 'auto', address, port }: Watched) {
    const secure = tls !== undefined
    this.#confirm = confirm
    this.#strongest = secure ? 'close_notify' : 'fin'
    this.#peer = peerName(secure, address, port)
  }

  get usual(): Evidence | undefined {
    return this.#known?.evidence
  }

  /** How the peer took the newest end of a connection that it took at all: known with the first one, whatever it proves. */
  get answer(): Answer | undefined {
    return this.#answer
  }

  /** How the next stretch is to end: with its connection, or when its bytes are acknowledged, or written. */
  get manner(): 'closed' | 'acked' | 'written' {
    if (this.#confirm === 'acked' || this.#confirm === 'written') return this.#confirm
    return this.#confirm === 'auto' && this.usual === 'acked' ? 'acked' : 'closed'
  }

  /**
   * Whether a connection has to wait for the peer's acknowledgements before it is half-closed. The first ones of a
   * forwarder do, whatever was noted: should the peer have changed, its first end counts at once for what it is.
   */
  get needsAcknowledgements(): boolean {
    if (this.#strongest === 'fin') return this.#confirm !== 'written'
    if (this.#confirm === 'auto')
      return this.usual !== this.#strongest || this.#isHearsay || this.#fins > 0 || this.#silence.times > 0
    return this.#confirm === 'acked'
  }

  /** Whether it is open if the peer hangs or never answers. One end without an answer says little of a peer that gives them. */
  get doubt(): Doubt {
    const isKnown = this.#known !== undefined
    if (this.#silence.times < (isKnown ? 2 : 1)) return 'none'
    return this.#silence.isOnTrial(isKnown) ? 'tried' : 'asked'
  }

  /** What to note of the peer. What is confirmed by less without looking at the peer says nothing of it. */
  note(): string {
    const isSeen = this.#confirm === 'auto' || this.#confirm === 'closed'
    return isSeen && this.#known !== undefined ? noteOf(this.#peer, this.#known) : ''
  }

  /** Takes up what was noted before. What was seen since counts for more, and of two notes the newer one. */
  recall(note: string): News {
    const found = acquaintanceIn(note, this.#peer)
    if (found === undefined) return {}
    const before = this.#known
    const isMine = before !== undefined && !this.#isHearsay
    const fits = found.evidence !== 'written' && strength[found.evidence] <= strength[this.#strongest]
    if (this.#confirm !== 'auto' || isMine || !fits) return {}
    if (before !== undefined && before.last >= found.last) return {}
    this.#known = found
    this.#isHearsay = true
    return before?.evidence === found.evidence
      ? {}
      : { became: found.evidence, ...(before && { was: before.evidence }) }
  }

  /** Judges how a stretch ended. */
  judge(end: StretchEnd, moment: Moment): Judgement {
    if (typeof end === 'object') this.#answer = answerIn(end) ?? this.#answer
    const evidence = evidenceIn(end)
    const weaker = this.#weakerIn(end, evidence)
    // A stretch on a connection that goes on was begun when the peer was known for no more. What an end or a note has told
    // meanwhile is asked of the next ones: its connection has not ended, so this one could be neither confirmed by more nor sent
    // again, and its events would wait for ever. It says nothing of whether the peer answers.
    if (weaker !== undefined && typeof end === 'string') return { proof: end }
    if (weaker !== undefined && !this.#isConvinced(weaker, end, moment)) return { proof: undefined }
    if (evidence === undefined || strength[evidence] < least[this.#confirm]) return { proof: undefined }
    return { proof: evidence, ...this.#learn(evidence, moment.now) }
  }

  /** What the end of a connection on which nothing is unconfirmed tells: perhaps the peer does answer a half-close. */
  probe(end: ConnectionEnd, now: number): News {
    this.#answer = answerIn(end) ?? this.#answer
    const evidence = evidenceIn(end)
    const isStronger =
      evidence !== undefined && strength[evidence] > (this.usual === undefined ? 0 : strength[this.usual])
    return this.#confirm === 'auto' && isStronger ? this.#learn(evidence, now) : {}
  }

  /**
   * Only `auto` ever changes what it expects. What was not acknowledged is weaker too, and only counted. Of a peer that
   * nothing is known of silence alone is weak: one that hangs is silent as well.
   */
  #weakerIn(end: StretchEnd, evidence: Evidence | undefined): Evidence | undefined {
    if (this.#confirm !== 'auto') return undefined
    const candidate = evidence ?? (typeof end === 'object' ? evidenceIn({ ...end, acknowledged: true }) : end)
    if (candidate === undefined) return undefined
    const isWeaker =
      this.usual === undefined ? candidate === 'acked' : strength[candidate] < strength[this.usual]
    return isWeaker ? candidate : undefined
  }

  #isConvinced(weaker: Evidence, end: StretchEnd, { stretch, newest, now }: Moment): boolean {
    // Stretches that were open together fall together, and that is one occasion.
    const isNew = stretch > this.#newestWeak
    if (isNew) this.#newestWeak = newest
    if (weaker === 'acked') {
      if (isNew) this.#silence.goesOn(now)
      const bytes = typeof end === 'object' && end.acknowledged ? end.bytes : 0
      return this.#silence.isBelieved(bytes, this.#known !== undefined, now)
    }
    this.#silence.end()
    if (isNew) this.#fins += 1
    return this.#fins >= convincingFins
  }

  /** A stretch is confirmed by it, or could have been. */
  #learn(evidence: Evidence, now: number): News {
    const before = this.#known
    const isSame = before?.evidence === evidence
    this.#fins = 0
    this.#silence.end()
    this.#isHearsay = false
    this.#known =
      before !== undefined && isSame
        ? { ...before, last: now, times: before.times + 1 }
        : { evidence, since: now, last: now, times: 1 }
    return isSame ? {} : { became: evidence, ...(before && { was: before.evidence }) }
  }
}
