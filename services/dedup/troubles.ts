// What dedup says to whoever is on duty when it decides nothing. Pure.

import { forbidden, type NotAllowedError } from '@podpipe/runtime/kafka/refusal.ts'
import type { Trouble } from '@podpipe/runtime/readiness.ts'

const waits = 'nothing is lost while Kafka keeps the raw topics.'

/** @param share of the ledger that is read, from 0 to 1 */
export const recovering = (share: number): Trouble => ({
  symptom: `recovering ${Math.floor(100 * share)} %`,
  impact: `Events of the partition wait; ${waits}`,
  cause: 'the partition was taken over, and the ids within its window are read back',
  action: 'Nothing, unless the figure stands still; then look into the log of dedup.',
})

/** @param cause by how much the bound is passed */
export const noRoom = (cause: string): Trouble => ({
  symptom: 'paused at the bound of its memory',
  impact: `Nothing more is decided, and ${waits}`,
  cause,
  action: 'Raise dedup.max_memory, add a dedup process, or shorten dedup.archive_window.',
})

export const noRoomInTable = (cause: string): Trouble => ({
  ...noRoom(cause),
  action:
    'Shorten dedup.window or dedup.archive_window, or raise kafka.partitions (podpipe topics plan says how).',
})

/** It works all the same; the ledger may be kept for too short a time, and nobody would know. */
export const unseenLedger = (refusal: NotAllowedError): Trouble => ({
  ...forbidden(refusal),
  impact: 'dedup works. Whether Kafka keeps its ledger for long enough is not known until it may look.',
  isWarning: true,
})
