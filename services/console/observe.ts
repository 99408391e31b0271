// What the console tells of itself at /metrics of its port of health, which bears no name of anybody and nothing of an event.

import type { Metrics } from '@podpipe/runtime/metrics/metrics.ts'
import type { FastifyInstance } from 'fastify'

const classes = ['2xx', '3xx', '4xx', '5xx'] as const
const reasons = ['wrong', 'too_often', 'issuer', 'no_role'] as const

/** Counts the answers of `api` from now on, and shows what was not yet counted as 0. */
export function observe(api: FastifyInstance, metrics: Metrics): void {
  metrics.consoleViewers.set(0)
  metrics.consoleNoteFailures.inc(0)
  metrics.consoleGathering.zero({})
  for (const status of classes) metrics.consoleRequests.inc({ status }, 0)
  for (const reason of reasons) metrics.consoleRefusedSignIns.inc({ reason }, 0)
  api.addHook('onResponse', async (_, { statusCode }) => {
    const status = classes.find(each => each.startsWith(String(Math.floor(statusCode / 100))))
    if (status !== undefined) metrics.consoleRequests.inc({ status })
  })
}
