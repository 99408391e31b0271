import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Audited } from '@podpipe/dedup/audit/audit.ts'
import { linesOf, reportOf, sentenceOf, sumOf } from './audit-report.ts'

const audited: Audited = {
  service: 'message',
  partition: 0,
  totals: { decided: 1_010, unique: 900, duplicate: 100, rejected: 10 },
  provenFrom: 0,
  provenTo: 1_010,
  inUnique: 900,
  inRejected: 10,
  repeatedRejects: 0,
  inRaw: 1_010,
  waiting: 0,
  cut: [],
  deep: undefined,
  disagreement: undefined,
}
const disagreement = {
  topic: 'pod.seen.message',
  partition: 1,
  offset: 7,
  expected: '6',
  found: '5',
  advice: 'Look there.',
}
const deep = { compared: 900, copies: 100, otherBytes: 0, examples: [], unprovable: 0 }
const sum = 'message 0    received 1,010 = unique 900 + duplicate 100 + rejected 10   '

for (const [name, change, lines] of [
  ['one that closes', {}, ['closes']],
  ['one that does not', { disagreement }, ['DOES NOT CLOSE']],
  ['one with a backlog', { waiting: 5 }, ['closes, 5 more in raw wait for dedup']],
  [
    'one with a broken transaction behind it',
    { repeatedRejects: 2 },
    ['closes, 2 rejects stand there twice, as a broken transaction leaves them'],
  ],
  [
    'one that retention has cut',
    { cut: ['pod.raw.message'], provenFrom: 10, inRaw: 1_000 },
    [
      'closes, raw offsets 10 to 1009 held against the ledger, retention has deleted from pod.raw.message: still there 900 unique, 10 rejected, 1,000 raw',
    ],
  ],
  ['one that was compared', { deep }, ['closes, 900 events equal to raw byte for byte']],
  [
    'one with copies of other bytes, their ids fit for a terminal',
    { deep: { ...deep, otherBytes: 1, examples: [{ cluster: 'acme', id: 'a\u001b[2J', offset: 7 }] } },
    [
      'closes, 900 events equal to raw byte for byte',
      '  1 copies have other bytes than the event that was published, and its time; the first ones:',
      '    "a\\u001b[2J" of acme, raw offset 7',
    ],
  ],
] satisfies [string, Partial<Audited>, string[]][]) {
  test(`the lines of ${name}`, () => {
    const [first = '', ...others] = lines
    deepEqual(linesOf({ ...audited, ...change }), [sum + first, ...others])
  })
}

test('a partition of whose ledger nothing is left proves nothing, and says so', () => {
  const totals = { decided: 0, unique: 0, duplicate: 0, rejected: 0 }
  const [line = ''] = linesOf({ ...audited, totals, provenFrom: undefined, cut: ['pod.seen.message'] })
  equal(line.includes('nothing to prove: retention has left no block of its ledger'), true, line)
})

test('the report adds up, and bears the first disagreement', () => {
  const second = { ...audited, partition: 1, waiting: 2, disagreement }
  const report = reportOf(
    [audited, second, { ...second, disagreement: { ...disagreement, offset: 9 } }],
    false,
  )
  equal(sumOf(report), 'received 3,030 = unique 2,700 + duplicate 300 + rejected 30')
  deepEqual([report.closes, report.waiting, report.disagreement?.offset], [false, 4, 7])
  deepEqual([reportOf([audited], true).closes, reportOf([audited], true).disagreement], [true, null])
})

test('a disagreement says where, what was expected and found, and what to do', () => {
  equal(
    sentenceOf(disagreement),
    'The account does not close at pod.seen.message, partition 1, offset 7: expected 6; found 5. Look there.',
  )
})
