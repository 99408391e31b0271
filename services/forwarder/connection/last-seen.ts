// What was seen last of a connection, as the ending that it means and the words that tell it. Pure.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import { type EndingFacts, endingOf } from './closing.ts'
import type { ConnectionEnd, ConnectionSettings } from './connection.ts'

/** How things stood when it was seen. */
export interface Standing extends Pick<EndingFacts, 'secure' | 'closeNotify'> {
  readonly stage: ConnectionEnd['stage']
}

type End = Pick<ConnectionEnd, 'ending' | 'reason' | 'code'>

/** The peer's FIN. */
export function endOfStream(standing: Standing, lastRecordAnswers: EndingFacts['lastRecordAnswers']): End {
  const ending = endingOf({ ...factsOf(standing), eof: true, lastRecordAnswers })
  const when = standing.stage === 'closing' ? 'after our half-close' : 'by itself'
  const how = ending === 'bare_fin' ? ' with a bare TCP FIN and no TLS close_notify' : ''
  return { ending, reason: `the peer ended the connection ${when}${how}`, code: undefined }
}

/** An error of TCP or TLS. */
export function failure(standing: Standing, error: Error): End {
  const code = 'code' in error ? String(error.code) : ''
  const ending = endingOf({ ...factsOf(standing), error: code })
  return { ending, reason: shortReasonOf(error), code: code || undefined }
}

/** Nothing, for as long as we wait. */
export function silence(
  standing: Standing,
  { connectMs, silenceMs }: Pick<ConnectionSettings, 'connectMs' | 'silenceMs'>,
): End {
  const waited = {
    connecting: `no TCP connection within ${connectMs} ms`,
    handshake: `the TLS handshake was not done within ${connectMs} ms`,
    open: `the peer took no byte for ${silenceMs} ms`,
    closing: `the peer did not answer our half-close within ${silenceMs} ms`,
  }
  const ending = endingOf({ ...factsOf(standing), timedOut: true })
  return { ending, reason: waited[standing.stage], code: undefined }
}

const factsOf = ({ secure, closeNotify, stage }: Standing): EndingFacts => ({
  secure,
  halfClosed: stage === 'closing',
  error: undefined,
  timedOut: false,
  eof: false,
  closeNotify,
  lastRecordAnswers: false,
})

/** OpenSSL's errors have a short form beside a message full of source lines. */
function shortReasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : reasonOf(error)
}
