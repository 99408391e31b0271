// What dedup tells of its work: counters, lag, readiness.

import type { LoopObserver } from '@podpipe/runtime/consume/partition-loop.ts'
import { nameOf } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import type { Accepted } from './decide.ts'
import { recovering } from './troubles.ts'

const outcomes = { forward: 'unique', drop: 'duplicate', reject: 'rejected' } as const

export function observe({
  topics,
  metrics,
  readiness,
}: Pick<Context, 'topics' | 'metrics' | 'readiness'>): LoopObserver<Accepted> {
  begin({ topics, metrics })
  return {
    onDelivered:
      (place, { decided }) =>
      () => {
        const service = topics.services.find(name => topics.raw(name).name === place.topic) ?? place.topic
        const counted = { forward: 0, drop: 0, reject: 0 }
        let [variants, missed] = [0, 0]
        for (const { outcome } of decided) {
          counted[outcome.kind]++
          if (outcome.kind === 'reject') metrics.rejected.inc({ service, reason: outcome.reason })
          if (outcome.kind !== 'forward') continue
          if (outcome.value.isVariant) variants++
          if (outcome.value.mode === 'reconcile') missed++
        }
        for (const kind of ['forward', 'drop', 'reject'] as const) {
          if (counted[kind] > 0) metrics.decided.inc({ service, outcome: outcomes[kind] }, counted[kind])
        }
        if (variants > 0) metrics.variants.inc({ service }, variants)
        if (missed > 0) metrics.missedLive.inc({ service }, missed)
      },
    onWorking(place, working) {
      readiness.set(nameOf(place), working ? undefined : recovering(0))
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
