// Asks the API. Every path is relative to where the page came from.

import { ownHeader } from '../access/foreign.ts'
import type { RefusalBody } from '../refusal.ts'

/** The console did not do what it was asked; its words are for the person. */
export class Refused extends Error {
  readonly status: number
  readonly body: RefusalBody

  constructor(status: number, body: RefusalBody) {
    super(`${body.what}: ${body.why}`)
    this.status = status
    this.body = body
  }
}

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
    throw new Refused(0, noAnswer(path))
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer as Answer
  if (response.status === 401) dispatchEvent(new Event(strangerEvent))
  throw new Refused(response.status, isRefusal(answer) ? answer : strange(path, response.status))
}

const isRefusal = (answer: unknown): answer is RefusalBody =>
  typeof answer === 'object' && answer !== null && 'what' in answer && 'fix' in answer

const noAnswer = (where: string): RefusalBody => ({
  what: 'The console does not answer',
  where,
  why: 'the connection failed: its process has ended, or the network between has a gap',
  fix: 'Nothing is lost. Check that podpipe run console runs; this page goes on by itself when it answers.',
})

const strange = (where: string, status: number): RefusalBody => ({
  what: 'Something else than the console answers',
  where,
  why: `status ${status}, without words of podpipe`,
  fix: 'Look at the proxy between this browser and the console.',
})
