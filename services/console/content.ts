// Who may see what is in an event, beside that it is there.

import type { FastifyRequest } from 'fastify'
import { may } from './access/rights.ts'
import { Refusal } from './refusal.ts'

/** Whether this request may be answered with the content of events. */
export const mayReadContent = ({ person }: FastifyRequest): boolean => may(person, 'content')

/**
 * For what cannot be answered without: also a search for a text tells what is in an event.
 * @throws Refusal
 */
export function requireContent(request: FastifyRequest, where: string): void {
  if (mayReadContent(request)) return
  throw new Refusal(403, {
    what: 'The content of events is not shown',
    where,
    why: 'this console does not show it to you',
    fix: 'Ask for events by kind, time or id; or ask whoever runs the console for the right to see content.',
  })
}
