// Hours of one stream from Proofpoint's archive, one request an hour.

import { randomUUID } from 'node:crypto'
import { archiveAddress } from './address.ts'
import { isKeyRefused } from './api-keys.ts'
import { hourFetched, readyHour } from './coverage.ts'
import { createEpisodes } from './episodes.ts'
import { flowOf, senderOf } from './flow.ts'
import type { Parts } from './parts.ts'
import { runSession } from './session.ts'
import { reasonLabel } from './session-end.ts'
import { toRecord } from './to-record.ts'

export interface Archive {
  /**
   * Fetches an hour; when Kafka has all of it, it is off the list.
   * @returns how long to wait before the next attempt, in milliseconds; 0 after a success or a stop
   */
  fetch(hour: number, signal: AbortSignal): Promise<number>
  /** Asks whether there is a new key, where the last attempt was refused for its key; otherwise undefined. */
  readonly hasNewKey: (() => boolean) | undefined
}

export function createArchive(parts: Parts): Archive {
  const { context, labels, settings, progress, diary } = parts
  const { log, metrics } = context
  const sender = senderOf(parts, () => undefined)
  const episodes = createEpisodes(parts, 'archive')
  let hasNewKey: (() => boolean) | undefined

  return {
    get hasNewKey() {
      return hasNewKey
    },
    async fetch(hour, signal) {
      const apiKey = parts.keys.archive()
      diary.write({ what: 'archive_begun', hour })
      const connection = randomUUID().slice(0, 8)
      let sequence = 0
      const isComparison = progress.coverage.todo.some(each => each.hour === hour && each.why === 'reconcile')
      const mode = isComparison ? 'reconcile' : 'archive'
      const end = await runSession({
        ...flowOf(parts, sender, connection),
        address: archiveAddress(settings.url, labels.cluster, settings.type, hour),
        apiKey,
        signal,
        onOpen: () => undefined,
        onPong: () => undefined,
        onFrame(frame) {
          const origin = { ...labels, connection, sequence: sequence++, receivedAt: context.clock.now() }
          sender.add(toRecord(frame, { ...origin, mode }, settings))
        },
      })
      hasNewKey = isKeyRefused(end) ? () => parts.keys.archive() !== apiKey : undefined
      const about = { hour: new Date(hour).toISOString(), frames: sequence }
      // The server closes with 1000 when the hour is through. Any other end leaves it unknown what is missing.
      if (end.kind === 'closed' && end.code === 1000) {
        await sender.drained()
        progress.change(coverage => hourFetched(coverage, hour))
        metrics.archiveHours.inc(labels)
        log.info({ ...labels, ...about }, 'an hour has been fetched from the archive')
        episodes.over()
        const isMore = readyHour(progress.coverage, context.clock.now()) !== undefined
        diary.write({ what: 'archive_done', hour, frames: sequence, isMore })
        return 0
      }
      const next = episodes.ended(end, about)
      if (next === undefined) return 0
      diary.write({ what: 'archive_failed', hour, reason: reasonLabel(end), cause: next.cause })
      return next.wait
    },
  }
}
