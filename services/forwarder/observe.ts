// What an output tells of its work: counters, lag, readiness.

import type { LoopObserver } from '@podpipe/runtime/consume/partition-loop.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { Output } from './delivery.ts'
import { evidences } from './evidence.ts'

const interval = 1_000

export function observe(
  output: Output,
  { topics, metrics, readiness }: Context,
): { observer: LoopObserver<Buffer>; stopObserving: () => void } {
  const consumer = `forwarder-${output.name}`
  readiness.describe(output.name, () => output.status())
  const timer = setInterval(() => {
    const { unconfirmedFrames, resent, lastError, evidence, confirmed, stretches } = output.status()
    metrics.unconfirmed.set({ output: output.name }, unconfirmedFrames)
    metrics.resent.set({ output: output.name }, resent)
    for (const each of evidences) {
      metrics.evidence.set({ output: output.name, evidence: each }, each === evidence ? 1 : 0)
      metrics.confirmed.set({ output: output.name, evidence: each }, confirmed[each])
    }
    for (const [ending, count] of Object.entries(stretches))
      metrics.stretchEnds.set({ output: output.name, ending }, count)
    readiness.set(output.name, lastError)
  }, interval)

  const observer: LoopObserver<Buffer> = {
    onDone(place, { decided, nextOffset }, end) {
      const service = topics.services.find(name => topics.unique(name).name === place.topic) ?? place.topic
      const delivered = decided.filter(({ outcome }) => outcome.kind === 'forward').length
      const rejected = decided.length - delivered
      if (delivered > 0)
        metrics.forwarded.inc({ output: output.name, service, outcome: 'delivered' }, delivered)
      if (rejected > 0) metrics.forwarded.inc({ output: output.name, service, outcome: 'rejected' }, rejected)
      metrics.lag.set({ consumer, ...place }, Math.max(0, end - nextOffset))
    },
    onWorking: () => undefined,
    onGone: place => metrics.lag.remove({ consumer, ...place }),
  }
  return { observer, stopObserving: () => clearInterval(timer) }
}
