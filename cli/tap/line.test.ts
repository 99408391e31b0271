import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { payload, rejected, unique } from '@podpipe/operations/tap/test-shown.ts'
import { lineOf } from './line.ts'

test('a unique event is a line with its place, its fields and what Proofpoint sent', () => {
  equal(
    lineOf(unique, 'text'),
    '2026-05-22T12:00:00.000Z pod.unique.message 2/7 cluster=c service=message id=a event_time=2026-05-22T11:59:00.000Z raw=2/9  {"guid":"a","subject":"café"}',
  )
  equal(lineOf(unique, 'payload'), '{"guid":"a","subject":"café"}')
  const { payload: kept, raw, offset } = JSON.parse(lineOf(unique, 'json'))
  deepEqual([kept, raw, offset], [payload.toString(), '2/9', 7])
})

test('a reject says why, and bytes that are no text reach no terminal as they are', () => {
  equal(
    lineOf(rejected, 'text'),
    '2026-05-22T12:00:00.000Z pod.rejected 2/7 reason=not_json error=no JSON object origin=pod.raw.message 1/3  \\x1b[\ufffd',
  )
  equal(JSON.parse(lineOf(rejected, 'json')).payload_base64, 'G1v/')
})
