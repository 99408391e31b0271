// What the API says when it does not do what it was asked: one shape for all of it.

import { Type } from 'typebox'

/** The one shape of every answer that is no success. */
export const refusalSchema = Type.Object(
  {
    what: Type.String({ description: 'What was not done.' }),
    where: Type.String({ description: 'The field, topic or service that it concerns.' }),
    why: Type.String({ description: 'Why not.' }),
    fix: Type.String({ description: 'What to do now.' }),
  },
  { $id: 'Refusal' },
)

export type RefusalBody = Type.Static<typeof refusalSchema>

/** Thrown by a resource; the server answers with its status and its words. */
export class Refusal extends Error {
  readonly status: number
  readonly body: RefusalBody

  constructor(status: number, body: RefusalBody) {
    super(`${body.what}: ${body.why}`)
    this.status = status
    this.body = body
  }
}

/** What every route may answer besides its success, for its schema. */
export const refusals = { '4xx': Type.Ref('Refusal'), '5xx': Type.Ref('Refusal') }
