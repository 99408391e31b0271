// What people did in the last seven days, as the topic of history has it.

import { createHistoryTail, type HistoryTail } from '@podpipe/operations/history/tail.ts'
import type { Context } from '@podpipe/runtime/service.ts'

const keepMs = 7 * 24 * 3_600_000

/** Entries that are held, at most. */
export const mostKept = 5_000

export const createTrail = ({ client, fetcher, topics }: Context): HistoryTail =>
  createHistoryTail({ client, fetcher, topic: topics.history, kind: 'action', keepMs, most: mostKept })
