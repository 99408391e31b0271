// What every resource of the API works with.

import type { Context, Early } from '@podpipe/runtime/service.ts'
import { noKafka } from './errors.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { Refusal } from './refusal.ts'
import { createTakePicture } from './take-picture.ts'

const pictureMs = 1_000

export interface Room extends Early {
  readonly pictures: Pictures
  /**
   * Kafka, and what hangs on it.
   * @throws Refusal while Kafka has not answered yet, or not any more
   */
  kafka(): Context
}

/** The room of a console that runs, and who tells it of Kafka. */
export function createRoom(early: Early): {
  readonly room: Room
  connect(context: Context | undefined): void
} {
  let connected: Context | undefined
  return {
    room: {
      ...early,
      pictures: createPictures(createTakePicture(early.live), pictureMs, early.stop.signal),
      kafka() {
        if (connected !== undefined) return connected
        throw new Refusal(503, noKafka(early.config.kafka.brokers.join(', '), 'no broker has answered yet'))
      },
    },
    connect(context) {
      connected = context
    },
  }
}
