// What dedup tells of its work: counters, lag, readiness.

import type { LoopObserver } from '@podpipe/runtime/consume/partition-loop.ts'
import { nameOf } from '@podpipe/runtime/kafka/assigner.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import type { Accepted } from './decide.ts'

const outcomes = { forward: 'unique', drop: 'duplicate', reject: 'rejected' } as const

export function observe({
  topics,
  metrics,
  readiness,
}: Pick<Context, 'topics' | 'metrics' | 'readiness'>): LoopObserver<Accepted> {
  begin({ topics, metrics })
  return {
    onDone(place, { decided }) {
      const service = topics.services.find(name => topics.raw(name).name === place.topic) ?? place.topic
      for (const kind of ['forward', 'drop', 'reject'] as const) {
        const count = decided.filter(({ outcome }) => outcome.kind === kind).length
        if (count > 0) metrics.decided.inc({ service, outcome: outcomes[kind] }, count)
      }
      for (const { outcome } of decided) {
        if (outcome.kind === 'reject') metrics.rejected.inc({ service, reason: outcome.reason })
      }
      const variants = decided.filter(
        ({ outcome }) => outcome.kind === 'forward' && outcome.value.isVariant,
      ).length
      if (variants > 0) metrics.variants.inc({ service }, variants)
      const missed = decided.filter(
        ({ outcome }) => outcome.kind === 'forward' && outcome.value.mode === 'reconcile',
      ).length
      if (missed > 0) metrics.missedLive.inc({ service }, missed)
    },
    onWorking(place, working) {
      readiness.set(nameOf(place), working ? undefined : 'recovering')
    },
    onGone(place) {
      readiness.set(nameOf(place), undefined)
    },
  }
}

// A counter that is not there yet is no zero: the first event would go unseen by whoever looks at its growth.
function begin({ topics, metrics }: Pick<Context, 'topics' | 'metrics'>): void {
  for (const service of topics.services) {
    for (const outcome of Object.values(outcomes)) metrics.decided.inc({ service, outcome }, 0)
    for (const reason of rejectReasons) metrics.rejected.inc({ service, reason }, 0)
    metrics.variants.inc({ service }, 0)
    metrics.missedLive.inc({ service }, 0)
  }
}
