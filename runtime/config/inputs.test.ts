import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'

const around = surroundings(await createPems())

test('a start_time is kept as it is written, beside the moment that it means', () => {
  const { config, findings } = interpret(
    vendorFile.replace('start_time:', 'start_time: 2024-05-22T12:10:03-0700'),
    around,
  )
  deepEqual(findings, { faults: [], warnings: [] })
  const [message, maillog] = config?.inputs[0]?.services ?? []
  equal(message?.startTime, '2024-05-22T12:10:03-0700')
  equal(message?.startAt, Date.parse('2024-05-22T19:10:03Z'))
  deepEqual([maillog?.startTime, maillog?.startAt], [undefined, undefined])
})

test('a second key is read, and digits only keep every digit', () => {
  const text = vendorFile.replace('    environment:', '      backfill_api_key: 0017\n    environment:')
  const { config, findings } = interpret(text, around)
  deepEqual(findings.faults, [])
  equal(config?.inputs[0]?.backfillApiKey, '0017')
})
