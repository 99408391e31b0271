// How a session to Proofpoint can end, and what follows from it. Pure.

import { type BackoffBounds, backoff } from '@podpipe/runtime/backoff.ts'
import { explainAnswer, explainUnreachable, wordsOf } from './not-proofpoint.ts'

/** The ways in which a session ends, or fails to begin. */
export type SessionEnd =
  /** Proofpoint answered the upgrade with an HTTP status. */
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }
  /** A close frame came, or the connection broke (1006). */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** No connection: name, network, TLS, or the proxy on the way, which is named without its password. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly proxy?: string }
  /** Neither a frame nor a pong for two ping periods. */
  | { readonly kind: 'silent'; readonly seconds: number }
  /** Kafka took nothing for too long; the socket was closed, and Proofpoint keeps the position. */
  | { readonly kind: 'congested'; readonly seconds: number }
  /** We were told to stop. */
  | { readonly kind: 'stopped' }

/** A session's end as a label of a metric: few values, one for each thing that a person would do about it. */
export function reasonLabel(end: SessionEnd): string {
  if (end.kind === 'refused') return `http_${end.status}`
  return end.kind === 'closed' ? `close_${end.code}` : end.kind
}

/** What to do next, and what to tell the operator. */
export interface Next {
  /** Milliseconds until the next attempt. */
  readonly wait: number
  readonly level: 'error' | 'warn' | 'info'
  /** What is the matter. */
  readonly cause: string
  /** What to do, if anything. */
  readonly action: string
}

/** As one line for the log. */
export const messageOf = ({ cause, action }: Pick<Next, 'cause' | 'action'>): string => `${cause}; ${action}`

const patience = 'nothing yet: podpipe tries again by itself'

const transient: BackoffBounds = { first: 1_000, longest: 60_000 }
const needsPerson: BackoffBounds = { first: 30_000, longest: 300_000 }

/** Status texts follow Proofpoint's Log API document, revision C. */
const refusals: Record<number, readonly [cause: string, action: string]> = {
  400: ['Proofpoint finds the request malformed', 'check cluster_id and the service'],
  401: [
    'Proofpoint refuses the API key',
    'check that it belongs to cluster_id, has not expired, and that the cluster has the licence for remote syslog forwarding; a key that is renewed in the configuration is taken up without a restart',
  ],
  404: ['Proofpoint does not know the address', 'check override_url_base'],
  405: ['the endpoint refuses the method', 'check that override_url_base names a WebSocket endpoint'],
}

/**
 * Decides how to go on after a session. It never gives up: a key can be renewed while podpipe runs.
 * @param failures sessions in a row that brought no frame, from 1
 * @param period the configured request period in milliseconds: how long to leave a token alone after a 409
 * @param random from 0 up to 1
 */
export function afterSession(end: SessionEnd, failures: number, period: number, random: number): Next {
  switch (end.kind) {
    case 'refused': {
      // The vendor's own words, since that is what people search for.
      if (end.status === 409) {
        return {
          wait: backoff(failures, { first: period, longest: Math.max(period, 300_000) }, 0.5 + random / 2),
          level: 'warn',
          cause: `409 Conflict: ${end.body.trim() || 'Exceeded maximum number of sessions per token'}. Another session uses this API key for the same service, or Proofpoint has not released the last one yet`,
          action: 'make sure that no other collector uses the key',
        }
      }
      const explained = refusals[end.status]
      const stranger = explainAnswer(end.status, end.body)
      if (explained !== undefined || stranger !== undefined) {
        return {
          wait: backoff(failures, needsPerson, random),
          level: 'error',
          ...(stranger ?? { cause: `${end.status}: ${explained?.[0]}`, action: explained?.[1] ?? patience }),
        }
      }
      return {
        wait: backoff(failures, transient, random),
        level: 'warn',
        cause: `Proofpoint answers ${end.status} with ${wordsOf(end.body)}`,
        action: patience,
      }
    }
    case 'unreachable': {
      const { cause, action, needsPerson: isForPerson, isGuess } = explainUnreachable(end.reason, end.proxy)
      return {
        // Also where a person has to act: what stands between may be mended without a word to anybody. But who
        // tries a wrong password too often is locked out.
        wait: backoff(failures, isGuess ? needsPerson : transient, random),
        level: isForPerson ? 'error' : 'warn',
        cause,
        action,
      }
    }
    case 'closed':
      return {
        wait: backoff(failures, transient, random),
        level: end.code === 1009 ? 'error' : 'info',
        cause:
          end.code === 1009
            ? 'a frame is larger than podpipe reads at all (128 MiB); the session ended and the frame may come again'
            : `the session was closed with code ${end.code} ${end.reason}`.trimEnd(),
        action: patience,
      }
    case 'silent':
      return {
        wait: backoff(failures, transient, random),
        level: 'warn',
        cause: `neither a frame nor an answer to a ping for ${end.seconds} s; the connection is taken for dead`,
        action: patience,
      }
    case 'congested':
      return {
        wait: backoff(failures, transient, random),
        level: 'error',
        cause: `Kafka has taken nothing for ${end.seconds} s, so the session was closed; Proofpoint keeps the position for an hour`,
        action: 'see that Kafka comes back before that',
      }
    case 'stopped':
      return { wait: 0, level: 'info', cause: 'the session was closed', action: 'nothing' }
  }
}
