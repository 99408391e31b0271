// Runs whose console ended before them: whichever console looks next notes their end, as far as Kafka tells it.

import { setTimeout as sleep } from 'node:timers/promises'
import { createHistoryTail, type HistoryTail } from '@podpipe/operations/history/tail.ts'
import type { ReplayShown } from '@podpipe/operations/replay/replays.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { type Ends, redriveSubject } from './ends.ts'
import { isTakenUp, openRuns, overOfRedrive, overOfReplay } from './runs.ts'

// Two looks tell a replay that runs from one whose process has died.
const usualLookMs = 10_000
const beatsKeptMs = 120_000
const mostBeats = 1_000

/**
 * Looks until the signal fires; what cannot be read is read at the next look.
 * @param options.list the replays that Kafka knows
 */
export async function noteAbandoned(options: {
  readonly context: Context
  readonly trail: HistoryTail
  readonly list: () => Promise<readonly ReplayShown[]>
  readonly ends: Ends
  readonly signal: AbortSignal
  readonly lookEveryMs?: number
}): Promise<void> {
  const { context, trail, list, ends, signal, lookEveryMs = usualLookMs } = options
  const { client, fetcher, topics, log } = context
  // What was noted is in the topic some seconds later only.
  const done = new Set<string>()
  /** Replays that were found to be over once: their own console may be about to say so, and knows more of it. */
  const suspected = new Set<string>()
  let beats: HistoryTail | undefined

  async function lastBeats(): Promise<Map<string, { at: number; sent: number }>> {
    const kept = { kind: 'sample', keepMs: beatsKeptMs, most: mostBeats } as const
    beats ??= createHistoryTail({ client, fetcher, topic: topics.history, ...kept })
    const found = ((await beats.latest()) ?? []).filter(({ subject }) => subject === redriveSubject)
    return new Map(found.map(({ at, words, numbers }) => [words.run ?? '', { at, sent: numbers.sent ?? 0 }]))
  }

  async function look(): Promise<void> {
    const entries = (await trail.latest()) ?? []
    const open = openRuns(entries).filter(({ run }) => !ends.isHere(run) && !done.has(run))
    if (open.length === 0) return
    const replays = open.some(({ kind }) => kind === 'replay') ? await list() : []
    const signs = open.some(({ kind }) => kind === 'redrive') ? await lastBeats() : undefined
    for (const each of open) {
      const isReplaced = isTakenUp(each, entries)
      const over =
        each.kind === 'redrive'
          ? overOfRedrive(each, signs?.get(each.run), Date.now())
          : overOfReplay(
              replays.find(({ name }) => name === each.name),
              isReplaced,
            )
      if (over === undefined) continue
      if (each.kind === 'replay' && !isReplaced && !suspected.has(each.run)) {
        suspected.add(each.run)
        continue
      }
      ends.note(each, over)
      done.add(each.run)
    }
  }

  while (!signal.aborted) {
    await look().catch(error =>
      log.debug({ reason: reasonOf(error) }, 'whether runs were abandoned cannot be read; it is tried again'),
    )
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
  }
}
