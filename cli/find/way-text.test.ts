import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { found } from '@podpipe/operations/find/test-found.ts'
import { wayOf } from '@podpipe/operations/find/way.ts'
import { linesOf } from './way-text.ts'

test('the way of each copy is told in the order in which they came', () => {
  deepEqual(linesOf(found, wayOf(found)), [
    '2026-05-22T12:00:00.005Z  received  c message, live, pod.raw.message 2/5',
    '    unique     pod.unique.message 2/40',
    '    delivered  to devo_1',
    '    waiting    for relay, behind 0 others',
    '    waiting    for new, behind 40 others',
    '2026-05-22T12:00:00.007Z  received  c message, live, pod.raw.message 2/7',
    '    duplicate  of a copy that was accepted within the window; it goes no further',
    '2026-05-22T12:00:00.009Z  received  c message, live, pod.raw.message 2/9',
    '    rejected   variant: another time',
    '2026-05-22T12:00:00.012Z  received  c message, live, pod.raw.message 2/12',
    '    waiting    for dedup, behind 2 others',
  ])
})
