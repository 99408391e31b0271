// What a distribution shows is what prom-client's histogram shows of the same values.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram, Registry } from 'prom-client'
import { Distribution } from './distribution.ts'

const options = {
  name: 'delay_seconds',
  help: 'A delay.',
  labelNames: ['output', 'service'] as const,
  buckets: [0.1, 1, 10],
}
const [one, two] = [
  { output: 'o', service: 'message' },
  { output: 'o', service: 'maillog' },
]

for (const [name, values] of [
  ['none', []],
  ['one in each bucket', [0.05, 0.5, 5, 50]],
  ['bounds belong to their bucket', [0.1, 1, 10, 0]],
  ['many', Array.from({ length: 1_000 }, (_, n) => n / 64)],
] as const)
  test(`the same page as prom-client's: ${name}`, async () => {
    const [ours, theirs] = [new Registry(), new Registry()]
    const distribution = new Distribution({ ...options, registry: ours })
    const histogram = new Histogram({
      ...options,
      labelNames: [...options.labelNames],
      buckets: [...options.buckets],
      registers: [theirs],
    })
    for (const labels of [one, two]) {
      distribution.zero(labels)
      histogram.zero(labels)
    }
    distribution.add(one, values.slice(0, 2))
    distribution.add(one, new Float64Array(values.slice(2)))
    for (const value of values) histogram.observe(one, value)
    equal(await ours.metrics(), await theirs.metrics())
  })
