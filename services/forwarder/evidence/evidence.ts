// What counts as proof of delivery: the evidence that a stretch ended with, and what is said of it. Pure.
// docs/confirmation.md says for people what each kind of evidence proves and what can be lost with it.

import type { Confirm } from '@podpipe/runtime/config/config.ts'
import type { ConnectionEnd } from '../connection/connection.ts'

/** Kinds of evidence, the strongest first. `fin` is a FIN on plain TCP, `bare_fin` one under TLS without close_notify. */
export const evidences = ['close_notify', 'fin', 'bare_fin', 'acked', 'written'] as const

export type Evidence = (typeof evidences)[number]

/** How a peer can take the end of a connection; `silence`: within 30 s it did not. */
export const answers = ['close_notify', 'fin', 'bare_fin', 'silence'] as const

export type Answer = (typeof answers)[number]

/** How a stretch ended: with its connection, or on a connection that goes on. */
export type StretchEnd = ConnectionEnd | 'acked' | 'written'

/** Of two kinds of evidence the higher number proves more. */
export const strength: Readonly<Record<Evidence, number>> = {
  close_notify: 3,
  fin: 3,
  bare_fin: 2,
  acked: 1,
  written: 0,
}

/**
 * How the peer took our end of a connection, by what was seen alone: not every answer is evidence, and silence is none for
 * a long time (silence.ts). Undefined where it broke off, or never saw our end.
 */
export function answerIn({ stage, ending }: ConnectionEnd): Answer | undefined {
  if (stage !== 'closing') return undefined
  if (ending === 'clean') return 'close_notify'
  if (ending === 'fin' || ending === 'bare_fin') return ending
  return ending === 'timeout' ? 'silence' : undefined
}

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

/**
 * What the log says once when it is known by what a peer confirms; a warning where that is less than it could be.
 * @param confirm what the output asks for
 */
export function sentenceOn(
  evidence: Evidence,
  confirm: Confirm,
): { readonly isWeak: boolean; readonly text: string } {
  const why =
    confirm === 'acked'
      ? 'confirm: acked asks for no more'
      : 'the peer reads on and does not answer the ends of its connections'
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
