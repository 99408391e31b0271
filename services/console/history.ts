// What the console notes for later, kept until Kafka is there; and the topics that it makes for it.

import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createBacklog } from '@podpipe/runtime/history/backlog.ts'
import { createHistoryWriter, type HistoryWriter } from '@podpipe/runtime/history/writer.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { Context, Early } from '@podpipe/runtime/service.ts'
import { tellRefusal } from '@podpipe/runtime/told-refusal.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { listConsoleTopics } from '@podpipe/schemas/topics.ts'

export interface ConsoleHistory {
  /** Takes a note; does not wait and does not throw. */
  note(entry: HistoryEntry): void
  /** Writes what is noted at once; resolves with whether all of it is written within so many milliseconds. */
  flush(patienceMs: number): Promise<boolean>
  /** Makes the topics of the console where they are missing, or goes on trying, and writes from now on. */
  connect(context: Context): Promise<void>
  /** Writes what is noted, if that goes quickly, and stops. */
  close(): Promise<void>
}

/** Notes that wait for Kafka; what is older gives way. */
const mostWaiting = 1_000
/** Between two attempts to make the topics, in milliseconds. */
const pause = 2_000
const withoutTopics =
  'Nothing is kept of what happens, and no collector can be defined, where its topic is missing. Events flow as before.'

export function createConsoleHistory({ log, readiness }: Pick<Early, 'log' | 'readiness'>): ConsoleHistory {
  const early = createBacklog<HistoryEntry>(mostWaiting)
  const tell = tellRefusal('topics', withoutTopics, { log, readiness })
  const closing = new AbortController()
  let writer: HistoryWriter | undefined
  let making: Promise<void> | undefined

  async function areMade({ client, topics }: Context, isFirst: boolean): Promise<boolean> {
    const table = listConsoleTopics(topics)
    try {
      await applyTopics(client, table)
      tell(undefined)
      return true
    } catch (error) {
      if (!tell(error) && isFirst)
        log.warn(
          { topics: table.map(({ name }) => name), reason: reasonOf(error) },
          'the topics of the console cannot be made: nothing is kept of what happens, and no collector can be defined. Do what the reason says; it is tried again until they are there',
        )
      return false
    }
  }
  async function goOnMaking(context: Context): Promise<void> {
    do await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined)
    while (!closing.signal.aborted && !(await areMade(context, false)))
  }

  return {
    note(entry) {
      if (writer === undefined) early.add(entry)
      else writer.note(entry)
    },
    async flush(patienceMs) {
      if (writer === undefined) return false
      return Promise.race([writer.flush(), sleep(patienceMs, false, { ref: false })])
    },
    async connect(context) {
      const { client, topics, metrics } = context
      if (!(await areMade(context, true))) making = goOnMaking(context)
      writer = createHistoryWriter(
        client,
        topics.history,
        { log, readiness },
        { onFailure: () => metrics.consoleNoteFailures.inc() },
      )
      for (let entries = early.first(); entries.length > 0; entries = early.first()) {
        for (const entry of entries) writer.note(entry)
        early.done(entries)
      }
    },
    async close() {
      closing.abort()
      await making
      await writer?.close()
      writer = undefined
    },
  }
}
