// Whoever asked may be gone before there is an answer: then nobody works on it any more.

import type { FastifyReply } from 'fastify'

/** Fires when the connection ends before the answer, and when the answer is given. */
export function untilClosed({ raw }: FastifyReply): AbortSignal {
  const closing = new AbortController()
  raw.once('close', () => closing.abort(new Error('whoever asked has gone')))
  return closing.signal
}
