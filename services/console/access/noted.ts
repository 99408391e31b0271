// Something that a person has done: noted whether it went well, was refused, or failed.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { FastifyRequest } from 'fastify'
import { refusalOf } from '../errors.ts'
import type { Room } from '../room.ts'
import type { Action } from './actions.ts'

/**
 * Does it, and notes it.
 * @param more what is to be said of it that is known only when it is done
 * @throws what `act` throws
 */
export async function noted<Result>(
  { actions, log }: Pick<Room, 'actions' | 'log'>,
  request: FastifyRequest,
  action: Pick<Action, 'what' | 'subject' | 'words'>,
  act: () => Promise<Result> | Result,
  more: (result: Result) => Action['words'] = () => undefined,
): Promise<Result> {
  try {
    const result = await act()
    actions.note(request, { ...action, words: { ...action.words, ...more(result) }, result: 'done' })
    return result
  } catch (error) {
    const isRefused = refusalOf(error, action.what, log).status < 500
    const words = { ...action.words, why: reasonOf(error) }
    actions.note(request, { ...action, words, result: isRefused ? 'refused' : 'failed' })
    throw error
  }
}
