// Which errors mean that Kafka does not allow something. They do not pass by themselves: a person has to give the right.

import { hasCause } from '../errors.ts'

/** kafkajs names what was refused in the type of its error: TOPIC_AUTHORIZATION_FAILED and the like. */
export const isRefusal = (error: unknown): boolean =>
  hasCause(
    error,
    each =>
      each.name === 'NotAllowedError' ||
      ('type' in each && String(each.type).endsWith('AUTHORIZATION_FAILED')),
  )

/** The user that podpipe is to Kafka may not do this. The message is a whole sentence, with what to do. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'
}
