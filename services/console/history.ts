// What the console notes for later, kept until Kafka is there.

import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createBacklog } from '@podpipe/runtime/history/backlog.ts'
import { createHistoryWriter, type HistoryWriter } from '@podpipe/runtime/history/writer.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { listConsoleTopics } from '@podpipe/schemas/topics.ts'

export interface ConsoleHistory {
  /** Takes a note; does not wait and does not throw. */
  note(entry: HistoryEntry): void
  /** Writes what is noted at once; resolves with whether all of it is written within so many milliseconds. */
  flush(patienceMs: number): Promise<boolean>
  /** Makes the topics of the console where they are missing, and writes from now on. */
  connect(context: Context): Promise<void>
  /** Writes what is noted, if that goes quickly, and stops. */
  close(): Promise<void>
}

/** Notes that wait for Kafka; what is older gives way. */
const mostWaiting = 1_000

export function createConsoleHistory(log: Log): ConsoleHistory {
  const early = createBacklog<HistoryEntry>(mostWaiting)
  let writer: HistoryWriter | undefined
  return {
    note(entry) {
      if (writer === undefined) early.add(entry)
      else writer.note(entry)
    },
    async flush(patienceMs) {
      if (writer === undefined) return false
      return Promise.race([writer.flush(), sleep(patienceMs, false, { ref: false })])
    },
    async connect({ client, topics, metrics }) {
      try {
        await applyTopics(client, listConsoleTopics(topics))
      } catch (error) {
        log.warn(
          { topics: listConsoleTopics(topics).map(({ name }) => name), reason: reasonOf(error) },
          'the topics of the console cannot be made: nothing is kept of what happens, and no collector can be defined. Give the user that podpipe is to Kafka the right to make them; it is tried again at the next start',
        )
      }
      writer = createHistoryWriter(client, topics.history, log, {
        onFailure: () => metrics.consoleNoteFailures.inc(),
      })
      for (let entries = early.first(); entries.length > 0; entries = early.first()) {
        for (const entry of entries) writer.note(entry)
        early.done(entries)
      }
    },
    async close() {
      await writer?.close()
      writer = undefined
    },
  }
}
