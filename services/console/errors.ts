// Whatever goes wrong in a resource becomes one shape, with a status, and nothing of its inside.

import { DeadlineError } from '@podpipe/runtime/deadline.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { isPassing } from '@podpipe/runtime/kafka/passing.ts'
import { isRefusal } from '@podpipe/runtime/kafka/refusal.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { FastifyError } from 'fastify'
import { refusalOfAsked } from './advice.ts'
import { Refusal, type RefusalBody } from './refusal.ts'

/** @param where the method and path that were asked */
export function refusalOf(error: unknown, where: string, log: Log): { status: number; body: RefusalBody } {
  if (error instanceof Refusal) return error
  if (isRequestFault(error)) {
    const { statusCode = 400, message } = error
    const body = {
      what: 'The request cannot be read',
      where,
      why: message,
      fix: 'Correct it; docs/openapi.json says what it takes.',
    }
    return { status: statusCode, body }
  }
  if (error instanceof ConfigurationError) return { status: 422, body: refusalOfAsked(error, where) }
  if (isRefusal(error)) return { status: 502, body: notAllowed(where, reasonOf(error)) }
  if (error instanceof DeadlineError || isPassing(error))
    return { status: 503, body: noKafka(where, reasonOf(error)) }
  log.error(
    { where, reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined },
    'a request to the console failed by a fault of podpipe; nothing else is touched by it. Report it with this line',
  )
  const body = {
    what: 'podpipe failed at this',
    where,
    why: 'a fault in podpipe; the log of the console has the details',
    fix: 'Try again; if it stays, report it with the line of the log.',
  }
  return { status: 500, body }
}

/** For a request that needs Kafka while it does not answer. */
export const noKafka = (where: string, why: string): RefusalBody => ({
  what: 'Kafka does not answer',
  where,
  why,
  fix: 'Check that the brokers run and that this machine reaches them; the console goes on by itself when they do.',
})

const notAllowed = (where: string, why: string): RefusalBody => ({
  what: 'Kafka does not allow this',
  where,
  why,
  fix: 'Give the user that podpipe is to Kafka the right to it; podpipe validate --check-connections says which it needs.',
})

// What Fastify itself finds wrong with a request: its form, its length, its type.
function isRequestFault(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  )
}
