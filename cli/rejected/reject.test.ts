import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { isMeant, type Reject, selectionOf } from './reject.ts'
import { listedOf, listText, RejectTally, shownOf, showText } from './report.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 4, services: ['message', 'audit'] })
const config = { services: topics.services, file: 'config.yaml' }
const noon = Date.parse('2026-05-22T12:00:00Z')
const reject: Reject = {
  offset: 41,
  time: noon,
  topic: 'pod.raw.message',
  partition: 2,
  origin: 7,
  reason: 'variant',
  error: 'another\u001b[31m time',
  bytes: Buffer.from('{"guid":"a"}\n'),
}
const asked = { reason: [], service: [] }

for (const [name, options, expected] of [
  ['everything', {}, true],
  ['its reason', { reason: ['no_id', 'variant'] }, true],
  ['another reason', { reason: ['no_id'] }, false],
  ['its kind', { service: ['message'] }, true],
  ['another kind', { service: ['audit'] }, false],
  ['a time that begins with it', { from: '2026-05-22T12:00:00Z' }, true],
  ['a time that ends before it', { to: '2026-05-22T12:00:00Z' }, false],
  ['the hour around it', { from: '2026-05-22T11:30:00Z', to: '2026-05-22T12:30:00Z' }, true],
] as const) {
  test(`a reject is meant by ${name}: ${expected}`, () => {
    const selection = selectionOf({ ...asked, ...options }, config, noon + 86_400_000)
    equal(isMeant(reject, selection, topics), expected)
  })
}

test('what was sent again is not offered again', () => {
  const selection = { ...selectionOf(asked, config, noon), open: true }
  deepEqual(
    [reject, { ...reject, redriven: noon }].map(each => isMeant(each, selection, topics)),
    [true, false],
  )
})

for (const [options, expected] of [
  [{ reason: ['variants'] }, /--reason variants: nothing is rejected for that\. Did you mean variant\?/],
  [{ service: ['mesage'] }, /--service mesage: config\.yaml knows no such kind/],
  [{ from: 'today', to: 'yesterday' }, /--from today does not lie before --to yesterday/],
] as const) {
  test(`${JSON.stringify(options)} is refused, with what to do`, () => {
    throws(() => selectionOf({ ...asked, ...options }, config, noon), expected)
  })
}

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
  equal(listText(list).includes('\u001b'), false)
})

test('one is shown with its meaning and its bytes', () => {
  const text = showText(reject, topics)
  for (const part of [
    'variant: the event was published',
    'dedup.variants: forward',
    '{"guid":"a"}',
    'never',
  ]) {
    equal(text.includes(part), true, part)
  }
  deepEqual(shownOf(reject, topics).payload, '{"guid":"a"}\n')
})
