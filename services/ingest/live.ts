// Live sessions of one stream: one after the other, until a time or until told to stop.

import { randomUUID } from 'node:crypto'
import { aborted } from '@podpipe/runtime/abort.ts'
import { liveAddress } from './address.ts'
import { isKeyRefused, pause } from './api-keys.ts'
import { liveBroke, liveCovers, liveOpens } from './coverage.ts'
import { createEpisodes } from './episodes.ts'
import { flowOf, mostPending, senderOf } from './flow.ts'
import type { Parts } from './parts.ts'
import { runSession } from './session.ts'
import { reasonLabel } from './session-end.ts'
import { toRecord } from './to-record.ts'
import { noSession } from './troubles.ts'

export interface Live {
  /**
   * Runs sessions until the signal fires, with a wait after each that ended by itself.
   * @param onOpen called at the opening of each session
   */
  run(signal: AbortSignal, onOpen: () => void): Promise<void>
  /** Resolves when Kafka has every frame; rejects when the stop budget is spent before. */
  drained(): Promise<void>
}

export function createLive(parts: Parts): Live {
  const { context, labels, settings, progress, diary } = parts
  const { log, metrics, readiness, clock } = context
  const { cluster, service } = labels
  const sender = senderOf(parts, ({ received_at, event_time, connection, sequence }) => {
    progress.acked(connection, sequence)
    progress.change(coverage => liveCovers(coverage, Math.min(received_at, event_time ?? received_at)))
  })
  const episodes = createEpisodes(parts, 'live')
  let shownAt = 0

  const runOne = async (signal: AbortSignal, onOpen: () => void): Promise<void> => {
    const apiKey = parts.keys.live()
    const connection = randomUUID().slice(0, 8)
    let sequence = 0
    let atLastPong = -1
    let opened = false
    const end = await runSession({
      ...flowOf(parts, sender, connection),
      address: liveAddress(settings.url, labels.cluster, settings.type),
      apiKey,
      signal,
      onOpen() {
        opened = true
        episodes.over()
        metrics.sessionUp.set(labels, 1)
        readiness.set(parts.sessionKey, undefined)
        log.info({ ...labels, connection }, 'the session to Proofpoint is open')
        diary.write({ what: 'opened', connection })
        progress.change(coverage => liveOpens(coverage, clock.now()))
        onOpen()
      },
      onFrame(frame) {
        const receivedAt = clock.now()
        const origin = {
          cluster,
          service,
          connection,
          sequence: sequence++,
          receivedAt,
          mode: 'live',
        } as const
        // A metric for every frame would cost as much as a tenth of all that is done for it.
        if (Math.abs(receivedAt - shownAt) >= 1_000) {
          shownAt = receivedAt
          metrics.lastFrame.set(labels, receivedAt / 1_000)
        }
        sender.add(toRecord(frame, origin, settings))
      },
      onPong() {
        // Nothing came between two pongs, and Kafka has all that came before: there is nothing more to come.
        if (atLastPong === sequence && sender.pendingBytes === 0) {
          progress.change(coverage => liveCovers(coverage, clock.now()))
        }
        atLastPong = sequence
      },
    })
    metrics.sessionUp.set(labels, 0)
    if (opened && !end.clean) progress.change(liveBroke)
    const next = episodes.ended(end, { connection, frames: sequence })
    if (next === undefined) return diary.write({ what: 'closed' })

    diary.write({ what: 'broke', reason: reasonLabel(end), cause: next.cause, wait: next.wait })
    readiness.set(parts.sessionKey, noSession(next))
    await pause(next.wait, isKeyRefused(end) ? () => parts.keys.live() !== apiKey : undefined, signal)
    await Promise.race([sender.below(mostPending(parts) / 2), aborted(signal)])
  }

  return {
    async run(signal, onOpen) {
      while (!signal.aborted) await runOne(signal, onOpen)
    },
    drained: () => sender.drained(),
  }
}
