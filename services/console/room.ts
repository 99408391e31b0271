// What every resource of the API works with.

import type { HistoryTail } from '@podpipe/operations/history/tail.ts'
import type { StatusPlace } from '@podpipe/operations/status/places.ts'
import type { Context, Early } from '@podpipe/runtime/service.ts'
import { type Access, createAccess } from './access/access.ts'
import { type Actions, createActions } from './access/actions.ts'
import { noKafka } from './errors.ts'
import { createGathering } from './gathering.ts'
import { type ConsoleHistory, createConsoleHistory } from './history.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { createPlaces } from './places.ts'
import { Refusal } from './refusal.ts'
import { noteAbandoned } from './trail/abandoned.ts'
import { createEnds, type Ends } from './trail/ends.ts'
import { createTrail } from './trail/trail.ts'
import { createWork, type Work } from './work.ts'

const pictureMs = 1_000

export interface Room extends Early {
  readonly pictures: Pictures
  /** Where the services answer. */
  readonly places: () => Promise<readonly StatusPlace[]>
  readonly history: ConsoleHistory
  readonly actions: Actions
  readonly access: Access
  /** Who is told of the ends of what runs for people. */
  readonly ends: Ends
  /**
   * What people did.
   * @throws Refusal as `kafka`
   */
  trail(): HistoryTail
  /**
   * Kafka, and what hangs on it.
   * @throws Refusal while Kafka has not answered yet, or not any more
   */
  kafka(): Context
  /**
   * What runs for people: replays, redrives.
   * @throws Refusal as `kafka`
   */
  work(): Work
}

/** What there is once Kafka has answered. */
interface Connected {
  readonly context: Context
  readonly work: Work
  readonly trail: HistoryTail
  /** Resolves when nobody reads what other consoles have noted any more. */
  stopLooking(): Promise<unknown>
}

/** The room of a console that runs, and who tells it of Kafka. */
export function createRoom(early: Early): {
  readonly room: Room
  connect(context: Context): Promise<void>
  disconnect(): Promise<void>
} {
  let connected: Connected | undefined
  const require = (): Connected => {
    if (connected !== undefined) return connected
    throw new Refusal(503, noKafka(early.config.kafka.brokers.join(', '), 'no broker has answered yet'))
  }
  const history = createConsoleHistory(early)
  const places = createPlaces(early.live)
  const gathering = createGathering(early, places, history)
  const access = createAccess(early.config, early.live)
  const actions = createActions(history.note, early.log)
  const ends = createEnds(actions, history.note)
  return {
    room: {
      ...early,
      history,
      places,
      access,
      actions,
      ends,
      pictures: createPictures(gathering.take, pictureMs, early.stop.signal, gathering.lately),
      kafka: () => require().context,
      work: () => require().work,
      trail: () => require().trail,
    },
    async connect(context) {
      await history.connect(context)
      const [work, trail, looking] = [createWork(context), createTrail(context), new AbortController()]
      const { list } = work.replays
      const followed = access.revocations.follow(context, looking.signal)
      const looked = noteAbandoned({ context, trail, list, ends, signal: looking.signal })
      const stopLooking = (): Promise<unknown> => {
        looking.abort()
        return Promise.all([looked, followed])
      }
      connected = { context, work, trail, stopLooking }
      gathering.connect(context)
    },
    async disconnect() {
      // Replays and redrives that run here end in order: what is left of them is noted in Kafka.
      await connected?.work.ended()
      await connected?.stopLooking()
      connected = undefined
      gathering.disconnect()
      await history.close()
    },
  }
}
