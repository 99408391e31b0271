// Asks the API. Every path is relative to where the page came from.

import { ownHeader } from '../access/foreign.ts'
import type { RefusalBody } from '../refusal.ts'

/** The console did not do what it was asked; its words are for the person. */
export class Refused extends Error {
  readonly status: number
  readonly body: RefusalBody
  /** Nothing was to be done, only told: it is asked again, and who looks need not be told more than why it takes long. */
  readonly isQuestion: boolean

  constructor(status: number, body: RefusalBody, isQuestion = false) {
    super(`${body.what}: ${body.why}`)
    this.status = status
    this.body = body
    this.isQuestion = isQuestion
  }
}

/** The console did not answer. */
export class Unanswered extends Refused {
  constructor(where: string, isQuestion: boolean) {
    super(0, noAnswer(where), isQuestion)
  }
}

/** Whether it passes by itself: the console does not answer, or cannot without Kafka. */
export const passes = (refused: Refused | undefined): boolean =>
  refused instanceof Unanswered || refused?.status === 503

/** The console does not know this person, or not any more. */
export const strangerEvent = 'podpipe.stranger'

/**
 * Asks for a resource, or has something done.
 * @param path below `api/v1/`
 * @throws Refused when the console says no, or does not answer
 */
export async function ask<Answer>(
  path: string,
  options: { method?: 'POST' | 'PUT' | 'DELETE'; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  const { method = 'GET', body, signal } = options
  const isQuestion = method === 'GET'
  let response: Response
  try {
    response = await fetch(`api/v1/${path}`, {
      method,
      headers: { [ownHeader]: '1', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Unanswered(path, isQuestion)
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer as Answer
  if (response.status === 401) dispatchEvent(new Event(strangerEvent))
  if (isRefusal(answer)) throw new Refused(response.status, answer, isQuestion)
  // A proxy says so in words of its own.
  if (response.status >= 502 && response.status <= 504) throw new Unanswered(path, isQuestion)
  throw new Refused(response.status, strange(path, response.status))
}

const isRefusal = (answer: unknown): answer is RefusalBody =>
  typeof answer === 'object' && answer !== null && 'what' in answer && 'fix' in answer

const noAnswer = (where: string): RefusalBody => ({
  what: 'The console does not answer',
  where,
  why: 'its process has ended, or the network or a proxy between does not reach it',
  fix: 'Nothing is lost. Check that podpipe run console runs; this page goes on by itself when it answers.',
})

const strange = (where: string, status: number): RefusalBody => ({
  what: 'Something else than the console answers',
  where,
  why: `status ${status}, without words of podpipe`,
  fix: 'Look at the proxy between this browser and the console.',
})
