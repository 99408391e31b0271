// What an output tells of its work: counters, lag, readiness.

import type { LoopObserver } from '@podpipe/runtime/consume/partition-loop.ts'
import type { Trouble } from '@podpipe/runtime/readiness.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { Output } from './delivery.ts'
import { evidences } from './evidence.ts'

const interval = 1_000

export function observe(
  output: Output,
  { topics, metrics, readiness }: Context,
): { observer: LoopObserver<Buffer>; stopObserving: () => void } {
  readiness.describe(output.name, () => output.status())
  begin(output.name, { topics, metrics })
  const timer = setInterval(() => {
    const { unconfirmedFrames, resent, failing, evidence, confirmed, stretches } = output.status()
    metrics.unconfirmed.set({ output: output.name }, unconfirmedFrames)
    metrics.resent.set({ output: output.name }, resent)
    for (const each of evidences) {
      metrics.evidence.set({ output: output.name, evidence: each }, each === evidence ? 1 : 0)
      metrics.confirmed.set({ output: output.name, evidence: each }, confirmed[each])
    }
    for (const [ending, count] of Object.entries(stretches))
      metrics.stretchEnds.set({ output: output.name, ending }, count)
    readiness.set(output.name, failing && notDelivering(failing))
  }, interval)

  const observer: LoopObserver<Buffer> = {
    onDone(place, { decided }) {
      const service = topics.services.find(name => topics.unique(name).name === place.topic) ?? place.topic
      const delivered = decided.filter(({ outcome }) => outcome.kind === 'forward').length
      const rejected = decided.length - delivered
      if (delivered > 0)
        metrics.forwarded.inc({ output: output.name, service, outcome: 'delivered' }, delivered)
      if (rejected > 0) metrics.forwarded.inc({ output: output.name, service, outcome: 'rejected' }, rejected)
      const delay = metrics.delay.labels({ output: output.name, service })
      const now = Date.now()
      for (const { record, outcome } of decided)
        if (outcome.kind === 'forward') delay.observe(Math.max(0, now - record.timestamp) / 1_000)
    },
    onWorking: () => undefined,
    onGone: () => undefined,
  }
  return { observer, stopObserving: () => clearInterval(timer) }
}

// A counter that is not there yet is no zero: the first event would go unseen by whoever looks at its growth.
function begin(output: string, { topics, metrics }: Pick<Context, 'topics' | 'metrics'>): void {
  for (const service of topics.services) {
    for (const outcome of ['delivered', 'rejected']) metrics.forwarded.inc({ output, service, outcome }, 0)
    metrics.delay.zero({ output, service })
  }
}

const notDelivering = ({ cause, action }: { cause: string; action: string }): Trouble => ({
  symptom: 'no proof of delivery',
  impact:
    'Its events wait in Kafka, which keeps them for 7 days; other outputs go on. Some may arrive twice.',
  cause,
  action,
})
