// The range of time that a request asks for, in the words that the command line takes.

import { rangeOptions, timeForms } from '@podpipe/operations/times.ts'
import { Type } from 'typebox'

/** For the query or the body of a route. */
export const timeFields = {
  from: Type.Optional(
    Type.String({
      maxLength: 40,
      description: `The first moment: ${timeForms}. Times are those at which Kafka received the events.`,
    }),
  ),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'The first moment behind the range.' })),
}

/** @throws ConfigurationError for a time that is none or lies ahead, and for a range that holds nothing */
export const rangeIn = ({
  from,
  to,
}: {
  readonly from?: string
  readonly to?: string
}): { readonly from?: number; readonly to?: number } => rangeOptions(from, to, Date.now())
