// What people did, as the API says it, for the page too.

import { Type } from 'typebox'

export const activitySchema = Type.Object({
  has_history: Type.Boolean({ description: 'Whether there is a topic in which what people do is kept.' }),
  actions: Type.Array(
    Type.Object({
      at: Type.String({ description: 'RFC 3339, UTC.' }),
      who: Type.String({ description: 'Empty where nobody was signed in.' }),
      what: Type.String({ description: 'Such as sign.in or collector.changed.' }),
      subject: Type.String({ description: 'What it was done to.' }),
      result: Type.String({ description: 'done, refused, failed; of the end of a run, also stopped.' }),
      from: Type.String({ description: 'The address from which it was done.' }),
      words: Type.Record(Type.String(), Type.String(), { description: 'More about it, by name.' }),
    }),
  ),
})

export type Activity = Type.Static<typeof activitySchema>
