import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, listedOf } from '@podpipe/operations/replay/account.ts'
import type { StoredReplay } from '@podpipe/operations/replay/memo.ts'
import { previewOf } from '@podpipe/operations/replay/preview.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { previewText } from './preview.ts'
import { accountText, listText } from './report.ts'

const ten = Date.parse('2024-05-22T10:00:00Z')
const replay: StoredReplay = {
  name: 'again',
  plan: { output: 'devo_1', from: ten, to: ten + 3_600_000, services: ['message', 'audit'], ids: [] },
  run: { id: 'r', beat: 3, isOpen: false, begun: ten + 7_200_000, doubled: 5, atStake: 6 },
  shares: [
    {
      topic: 'pod.unique.message',
      partition: 0,
      start: 0,
      end: 2_000,
      offset: 2_000,
      confirmed: 1_990,
      refused: {},
    },
    {
      topic: 'pod.unique.audit',
      partition: 0,
      start: 7,
      end: 20,
      offset: 20,
      confirmed: 8,
      refused: { too_large: 2 },
    },
  ],
}
const run = { finished: true, sent: 1_000, sentAgain: 3, seconds: 2, doubledAtMost: 8 }

test('the account adds up and says what may be doubled', () => {
  const account = accountOf(replay, run)
  equal(account.found, 2_000)
  equal(
    accountText(account),
    'found 2,000 = confirmed 1,998 + refused 2 (too_large 2)      sent 1,000 in 2.0 s (500/s)   doubled at most 8\n' +
      'All events that Kafka received from 2024-05-22T10:00:00Z to 2024-05-22T11:00:00Z (UTC) are at devo_1 once more.',
  )
})

test('what is not finished says how to go on', () =>
  match(
    accountText(accountOf(replay, { ...run, finished: false })),
    /\nNot all is sent yet\. Go on with: podpipe replay --resume again$/,
  ))

for (const [state, isOpen, offset, doubled] of [
  ['finished', false, 2_000, 5],
  ['stopped', false, 1_000, 5],
  ['open', true, 1_000, 11],
  ['open', true, 2_000, 11],
] as const) {
  test(`a replay that is ${isOpen ? 'open' : 'ended'} at ${offset} is listed as ${state}`, () => {
    const [first, second] = replay.shares as [StoredReplay['shares'][0], StoredReplay['shares'][0]]
    const listed = listedOf({
      ...replay,
      run: { ...replay.run, isOpen },
      shares: [{ ...first, offset }, second],
    })
    deepEqual(
      [listed.state, listed.doubledAtMost, listed.done, listed.records],
      [state, doubled, offset + 13, 2_013],
    )
    match(
      listText([listed]),
      state === 'finished' ? /100 %, 1,998 confirmed; finished$/ : /go on {6}podpipe replay --resume again$/,
    )
  })
}

test('no replay is said', () => equal(listText([]), 'There is no replay in Kafka.'))

test('the preview says how many, from when to when, to where, how fast', () => {
  const preview = previewOf({
    name: 'again',
    plan: { ...replay.plan, ids: ['a'] },
    output: {
      kind: 'tcp',
      name: 'devo_1',
      enabled: true,
      services: [],
      maxEventBytes: undefined,
      address: 'relay.example',
      port: 514,
      confirm: 'auto',
      connections: 4,
    },
    topics: topicsOf({ prefix: 'pod', partitions: 1, services: ['message', 'audit'] }),
    shares: replay.shares.map(share => ({ ...share, offset: share.start })),
    rate: 50,
    events: undefined,
  })
  deepEqual(preview.recordsByService, { message: 2_000, audit: 13 })
  equal(
    previewText(preview),
    `Replay again
  events  those of 1 id among 2,013 records: message 2,000, audit 13; --dry-run counts them
          besides 1,998 that are confirmed from earlier runs
  from    2024-05-22T10:00:00Z (UTC), when Kafka received them
  to      2024-05-22T11:00:00Z (UTC)
  output  devo_1, relay.example:514, plain TCP
  rate    50 events a second at most`,
  )
  match(previewText({ ...preview, events: 1 }), /events {2}1 among 2,013 records: /)
  match(
    previewText({ ...preview, ids: [], rate: null }),
    /events {2}at most 2,013 records: .*; --dry-run counts them\n[\s\S]*as fast as the output takes them$/,
  )
})
