// Notes in Kafka how far a replay is, again and again while it runs.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Window } from '@podpipe/forwarder/replay/window.ts'
import { aborted } from '@podpipe/runtime/abort.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { OffsetKeeper } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { isPassing } from '@podpipe/runtime/kafka/passing.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { encodeReplay, type RunNote, type StoredReplay } from './memo.ts'

/** Between two notes, in milliseconds; sooner when whoever sends waits for it. */
const pause = 250
const pauseAfterFailure = 500

export interface Keeping {
  /** Rejects when notes can no longer be made; never resolves. */
  readonly failed: Promise<never>
  /**
   * Makes the last note.
   * @param doubled events that the peer may have twice, besides those counted while it ran
   * @throws when it cannot be made before the signal fires
   */
  end(doubled: number, signal: AbortSignal): Promise<void>
}

/** Another process works on the replay. */
export class TakenOverError extends Error {
  override readonly name = 'TakenOverError'
}

/**
 * Makes the first note at once, and further ones until `end`.
 * @param options.replay as it is at any moment; its run is the one that begins here
 * @param options.stored the replay as Kafka has it
 * @param options.resent events that this run has sent again by now
 * @throws when the first note cannot be made
 */
export async function keepProgress(options: {
  keeper: OffsetKeeper
  replay: () => StoredReplay
  stored: () => Promise<StoredReplay | undefined>
  resent: () => number
  window: Window
  log: Log
}): Promise<Keeping> {
  const { keeper, replay, stored, window, log } = options
  const { run } = replay()
  const confirmedBefore = confirmedIn(replay())
  let beat = run.beat
  const ending = new AbortController()

  const note = async (change: Partial<RunNote>): Promise<void> => {
    const now = replay()
    const doubled = run.doubled + options.resent()
    // Counted before the offsets leave: what is confirmed later is not in this note.
    const confirmed = confirmedIn(now) - confirmedBefore
    beat += 1
    await keeper.write(encodeReplay({ ...now, run: { ...run, beat, doubled, ...change } }))
    window.note(confirmed)
  }

  /** The one who came last goes on: it has looked whether this one is alive, and seen no sign of it. */
  const requireOwn = async (): Promise<void> => {
    const now = await stored()
    if (now?.run.id === run.id) return
    throw new TakenOverError(
      now === undefined
        ? `Replay ${replay().name} was forgotten while it ran.`
        : `Another process has taken up replay ${replay().name}; this one ends.`,
    )
  }

  await note({})
  const loop = async (): Promise<void> => {
    for (let failing = false; ; ) {
      const pausing = sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined)
      await Promise.race([pausing, window.full])
      if (ending.signal.aborted) return
      try {
        await requireOwn()
        await note({})
        if (failing) log.warn('the progress is noted in Kafka again')
        failing = false
      } catch (error) {
        if (!isPassing(error)) throw error
        if (!failing)
          log.warn({ reason: reasonOf(error) }, 'the progress cannot be noted in Kafka; tried until it can')
        failing = true
        await sleep(pauseAfterFailure)
      }
    }
  }
  const running = loop()
  running.catch(() => undefined)

  const last = async (doubled: number, signal: AbortSignal): Promise<void> => {
    await running.catch(() => undefined)
    while (!signal.aborted) {
      try {
        await requireOwn()
        return await note({ isOpen: false, doubled: run.doubled + options.resent() + doubled })
      } catch (error) {
        if (!isPassing(error)) throw error
        await sleep(pauseAfterFailure)
      }
    }
  }

  return {
    failed: running.then(() => new Promise<never>(() => undefined)),
    async end(doubled, signal) {
      ending.abort()
      const isNoted = await Promise.race([
        last(doubled, signal).then(() => !signal.aborted),
        aborted(signal).then(() => false),
      ])
      if (!isNoted) throw new Error('Kafka does not answer, so the last of the progress is not noted.')
    },
  }
}

const confirmedIn = ({ shares }: StoredReplay): number =>
  shares.reduce((sum, { confirmed }) => sum + confirmed, 0)
