// Asks services over HTTP what they say of themselves.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { ServiceStatus } from '@podpipe/runtime/http.ts'

/** A service at an address, and what it said; or why it said nothing. */
export interface Answer {
  readonly name: string
  /** host:port */
  readonly address: string
  readonly status?: ServiceStatus
  readonly failure?: string
}

const patienceMs = 2_000

/**
 * Asks one service.
 * @param name what it is taken for, until it says itself
 */
export async function askStatus(name: string, address: string): Promise<Answer> {
  try {
    const response = await fetch(`http://${address}/status`, { signal: AbortSignal.timeout(patienceMs) })
    const status: unknown = await response.json()
    if (!isStatus(status)) return { name, address, failure: 'what answers there is no service of podpipe' }
    return { name: status.service, address, status }
  } catch (error) {
    return { name, address, failure: explain(error) }
  }
}

/** Asks all of them at once. */
export const askAll = (
  places: readonly { readonly name: string; readonly address: string }[],
): Promise<Answer[]> => Promise.all(places.map(({ name, address }) => askStatus(name, address)))

function isStatus(answer: unknown): answer is ServiceStatus {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'service' in answer &&
    'troubles' in answer &&
    Array.isArray(answer.troubles)
  )
}

function explain(error: unknown): string {
  if (error instanceof SyntaxError) return 'what answers there is no service of podpipe'
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${patienceMs / 1_000} s`
  // fetch wraps what happened.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNREFUSED' ? 'nothing listens there' : reasonOf(cause)
}
