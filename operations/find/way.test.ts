import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { found } from './test-found.ts'
import { wayOf } from './way.ts'

test('each copy has its decision, in the order in which they came', () =>
  deepEqual(
    wayOf(found).map(({ offset, decision: { kind } }) => `${offset} ${kind}`),
    ['5 unique', '7 duplicate', '9 rejected', '12 waiting'],
  ))

test('what an output did not take is not delivered', () => {
  const refused = [
    {
      topic: 'pod.unique.message',
      partition: 2,
      offset: 40,
      reason: 'too_large',
      error: 'devo_1 takes 1 MiB',
    },
  ]
  const [step] = wayOf({ ...found, refused })
  deepEqual(
    step?.decision.kind === 'unique' && step.decision.outputs.map(({ output, fate }) => `${output} ${fate}`),
    ['devo_1 rejected', 'relay waiting', 'new waiting'],
  )
})
