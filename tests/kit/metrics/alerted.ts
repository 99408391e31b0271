// Waits for alerts, where there is a Prometheus to ask.

import type { TestContext } from 'node:test'
import { eventually } from '../eventually.ts'
import { hasPrometheus, startPrometheus } from './prometheus.ts'

export interface Alerted {
  readonly alert: string
  /** What the labels of one that it holds for have to say. */
  readonly labels: RegExp
}

/**
 * @param targets addresses of services by the name of their job
 * @returns resolves once the expression of an alert holds for what is meant; at once where no Prometheus is installed, which is said
 */
export async function alerts(
  t: TestContext,
  targets: Readonly<Record<string, string>>,
): Promise<(expected: Alerted) => Promise<void>> {
  if (!hasPrometheus) {
    t.diagnostic('Prometheus is not installed, so the alerts were not asked')
    return async () => undefined
  }
  const prometheus = await startPrometheus(t, targets)
  return async ({ alert, labels }) => {
    await eventually(`${alert} for ${labels}`, async () => {
      const holding = await prometheus.holding()
      return holding.some(each => each.alert === alert && labels.test(JSON.stringify(each.labels)))
        ? true
        : undefined
    })
  }
}
