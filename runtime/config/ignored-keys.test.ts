// The vendor's documented keys that have no meaning in podpipe: each is known, and warned of once with the reason.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
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

for (const key of ['host', 'port', 'password', 'db', 'socket_timeout']) {
  test(`${key} of a persistence in Redis is known, and warned of once with the reason, without its value`, () => {
    const redis = `type: redis\n    config:\n      ${key}: canary`
    const text = vendorFile.replace(/type: filesystem\n.*\n.*directory_name: state/, redis)
    const { config, findings } = interpret(text, around)
    deepEqual(findings.faults, [])
    equal(config?.stateDirectory, '/pod/state')
    const told = render('c.yaml', findings.warnings).filter(each => each.includes('persistence'))
    equal(told.length, 2)
    match(told[0] ?? '', /^c\.yaml:6:11 globals\.persistence\.type: redis has no meaning in podpipe/)
    match(
      told[1] ?? '',
      /^c\.yaml:8:7 .*has no meaning in podpipe: the state is in Kafka; remove it when it suits you$/,
    )
    doesNotMatch(told.join('\n'), /canary/)
  })
}
