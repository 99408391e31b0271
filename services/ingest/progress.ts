// The coverage of one stream while the process runs: the one place where it changes, and where a change becomes
// a position in Kafka, a metric, a line in the log.

import type { Context } from '@podpipe/runtime/service.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import { type Coverage, hour, listForComparison } from './coverage.ts'
import type { Diary } from './diary/diary.ts'
import type { PositionWriter } from './position.ts'

export interface Progress {
  readonly coverage: Coverage
  /** Applies a change, and sees to what follows from it. */
  change(next: (coverage: Coverage) => Coverage): void
  /** The frame that Kafka acknowledged last. */
  acked(connection: string, sequence: number): void
  /** Resolves at the next change of the hours to be fetched. */
  changed(): Promise<void>
  /**
   * The sessions have ended and Kafka has every frame. Until this is said, a position tells that the end was not
   * clean: a process that is killed cannot say so itself.
   */
  closed(): void
}

/** @param labels which stream it is; `cluster` and `service` of the position and of the metrics */
export function createProgress(
  initial: Coverage,
  labels: { cluster: string; service: string },
  positions: PositionWriter,
  { log, metrics, config }: Context,
  diary: Diary,
): Progress {
  const { reconcile } = config.ingest
  let coverage = reconcile ? initial : { ...initial, reconciledTo: null }
  let last = { connection: '', sequence: -1 }
  let isClosed = false
  let moved = Promise.withResolvers<void>()

  const write = (): void => {
    const { until, doubtFrom, todo, gaps, startTime, reconciledTo } = coverage
    if (until === undefined) return
    positions.note({
      ...labels,
      ...last,
      // In doubt, the position stays where the doubt begins.
      received_at: doubtFrom ?? until,
      clean: isClosed && doubtFrom === undefined,
      start_time: startTime,
      reconciled_to: reconciledTo,
      todo: [...todo],
      gaps: [...gaps],
    } satisfies Position)
  }
  const tell = (before: Coverage): void => {
    metrics.archiveTodo.set(labels, coverage.todo.length)
    const added = coverage.todo.filter(each => !before.todo.some(known => known.hour === each.hour))
    const [first] = added
    if (first !== undefined) {
      log.info(
        {
          ...labels,
          hours: added.length,
          from: iso(first.hour),
          to: iso((added.at(-1)?.hour ?? 0) + hour),
          why: first.why,
        },
        'hours are to be fetched from the archive',
      )
      const to = (added.at(-1)?.hour ?? 0) + hour
      diary.write({ what: 'listed', hours: added.length, from: first.hour, to, why: first.why })
    }
    const lost = seconds(coverage) - seconds(before)
    const gap = coverage.gaps.at(-1)
    if (lost > 0 && gap !== undefined) {
      metrics.gapSeconds.inc(labels, lost)
      log.error(
        { ...labels, from: iso(gap.from), to: iso(gap.to), why: gap.why },
        'a gap: events of this time can no longer be had from Proofpoint',
      )
      diary.write({ what: 'gap', ...gap })
    }
  }
  tell({ ...initial, todo: [], gaps: initial.gaps })

  return {
    get coverage() {
      return coverage
    },
    change(next) {
      const before = coverage
      coverage = reconcile ? listForComparison(next(before)) : next(before)
      if (coverage === before) return
      if (coverage.todo !== before.todo) {
        moved.resolve()
        moved = Promise.withResolvers()
        tell(before)
      }
      write()
    },
    acked(connection, sequence) {
      last = { connection, sequence }
    },
    changed: () => moved.promise,
    closed() {
      isClosed = true
      write()
    },
  }
}

const iso = (time: number): string => new Date(time).toISOString()

const seconds = ({ gaps }: Coverage): number =>
  gaps.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0)
