import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { listedOf, RejectTally, shownOf } from './listed.ts'
import { noon, reject, topics } from './test-reject.ts'

test('a list counts by reason and kind, and names the newest', () => {
  const tally = new RejectTally(2)
  for (let at = 0; at < 3; at++) tally.add(listedOf({ ...reject, offset: at, time: noon + at }, topics))
  tally.add(listedOf({ ...reject, offset: 3, topic: 'x', reason: 'later', redriven: noon }, topics))
  const list = tally.list()
  deepEqual(
    list.groups.map(group => [group.reason, group.service, group.rejects, group.redriven, group.newest]),
    [
      ['variant', 'message', 3, 0, '2026-05-22T12:00:00.002Z'],
      ['later', null, 1, 1, '2026-05-22T12:00:00.000Z'],
    ],
  )
  deepEqual([list.rejects, list.redriven, list.newest.map(({ offset }) => offset)], [4, 1, [3, 2]])
})

test('a reject is shown with its bytes', () => deepEqual(shownOf(reject, topics).payload, '{"guid":"a"}\n'))
