// The vendor's documented keys that have no meaning in podpipe: each is known, and warned of once with the reason.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createPems, surroundings, vendorFile } from './fixture.ts'
import { interpret } from './interpret.ts'
import { render } from './reading/findings.ts'

const around = surroundings(await createPems())

for (const key of [
  'queue_max_size_in_mb',
  'queue_max_size_in_messages',
  'queue_max_elapsed_time_in_sec',
  'queue_wrap_max_size_in_messages',
  'queue_generate_metrics',
  'sender_stats_period_in_sec',
  'generate_collector_details',
]) {
  test(`globals.${key} is known, and warned of once with the reason`, () => {
    const text = vendorFile.replace('globals:\n', `globals:\n  ${key}: 1\n`)
    const { findings } = interpret(text, around)
    deepEqual(findings.faults, [])
    const told = render('c.yaml', findings.warnings).filter(each => each.includes(key))
    equal(told.length, 1)
    match(told[0] ?? '', /^c\.yaml:2:3 .*has no meaning in podpipe: .*; remove it when it suits you$/)
  })
}

for (const key of [
  'connecting_retries',
  'connecting_max_wait_in_seconds',
  'connecting_initial_wait_in_seconds',
  'sending_timeout',
  'sending_retries',
  'sending_max_wait_in_seconds',
  'sending_initial_wait_in_seconds',
]) {
  test(`${key} of an output is known, and warned of once with the reason`, () => {
    const text = vendorFile.replace('      port: 443\n', `      port: 443\n      ${key}: 5\n`)
    const { findings } = interpret(text, around)
    deepEqual(findings.faults, [])
    const told = render('c.yaml', findings.warnings).filter(each => each.includes(key))
    equal(told.length, 1)
    match(told[0] ?? '', /^c\.yaml:15:7 .*has no meaning in podpipe: podpipe tries again/)
  })
}
