// What an output tells of its work: counters, lag, readiness.

import type { Context } from '@podpipe/runtime/service.ts'
import type { Output } from './delivery.ts'
import { answers, evidences } from './evidence/evidence.ts'
import { notDelivering } from './troubles.ts'

const interval = 1_000

/**
 * Notes what is delivered of a batch: the times of its records, which are ours from then on, and how many others it had. What is returned is called
 * once all of it is confirmed.
 */
export type Reports = (service: string, times: Float64Array, rejected: number) => () => void

export function observe(
  output: Output,
  { topics, metrics, readiness }: Context,
): { reports: Reports; stopObserving: () => void } {
  readiness.describe(output.name, () => output.status())
  begin(output.name, { topics, metrics })
  const timer = setInterval(() => {
    const { unconfirmedFrames, resent, failing, evidence, answer, confirmed, stretches } = output.status()
    metrics.unconfirmed.set({ output: output.name }, unconfirmedFrames)
    metrics.resent.set({ output: output.name }, resent)
    for (const each of evidences) {
      metrics.evidence.set({ output: output.name, evidence: each }, each === evidence ? 1 : 0)
      metrics.confirmed.set({ output: output.name, evidence: each }, confirmed[each])
    }
    for (const each of answers)
      metrics.answer.set({ output: output.name, answer: each }, each === answer ? 1 : 0)
    for (const [ending, count] of Object.entries(stretches))
      metrics.stretchEnds.set({ output: output.name, ending }, count)
    readiness.set(output.name, failing && notDelivering(failing))
  }, interval)

  const reports: Reports = (service, times, rejected) => () => {
    const labels = { output: output.name, service }
    if (times.length > 0) metrics.forwarded.inc({ ...labels, outcome: 'delivered' }, times.length)
    if (rejected > 0) metrics.forwarded.inc({ ...labels, outcome: 'rejected' }, rejected)
    const now = Date.now()
    for (let at = 0; at < times.length; at += 1) times[at] = Math.max(0, now - (times[at] ?? now)) / 1_000
    metrics.delay.add(labels, times)
  }
  return { reports, stopObserving: () => clearInterval(timer) }
}

/** What stood for the output as it is now stands no longer, once it is gone; its counters stay. */
export function forgetGauges(output: string, metrics: Context['metrics']): void {
  metrics.unconfirmed.remove({ output })
  for (const evidence of evidences) metrics.evidence.remove({ output, evidence })
  for (const answer of answers) metrics.answer.remove({ output, answer })
  for (const file of ['cert', 'chain'] as const) metrics.certificateDays.remove({ output, file })
}

// A counter that is not there yet is no zero: the first event would go unseen by whoever looks at its growth.
function begin(output: string, { topics, metrics }: Pick<Context, 'topics' | 'metrics'>): void {
  for (const service of topics.services) {
    for (const outcome of ['delivered', 'rejected']) metrics.forwarded.inc({ output, service, outcome }, 0)
    metrics.delay.zero({ output, service })
  }
}
