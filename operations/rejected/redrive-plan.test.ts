import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Input } from '@podpipe/runtime/config/config.ts'
import { type RawFrame, rawFrameCodec } from '@podpipe/schemas/records.ts'
import { kindOf } from '@podpipe/schemas/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { accountOf } from './redrive-account.ts'
import { type Fate, type FirstFrame, fateOf } from './redrive-plan.ts'
import type { Reject } from './reject.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 4, services: ['message'] })
const noon = Date.parse('2026-05-22T12:00:00Z')
const event = '{"guid":"a","ts":"2026-05-22T11:59:00.000000+0000"}'

const inputOf = (cluster: string): Input =>
  ({ cluster, services: [{ service: 'message', ...kindOf('message') }] }) as unknown as Input
const one = [inputOf('acme')]
const two = [...one, inputOf('other')]

const rejected = (reason: string, bytes: Buffer | string = event, topic = 'pod.raw.message'): Reject => ({
  offset: 41,
  time: noon,
  topic,
  partition: 2,
  origin: 7,
  reason,
  error: 'The event has 90 bytes with its header, and output devo_1 takes 64 (max_event_bytes).',
  bytes: Buffer.from(bytes),
})

const frame: RawFrame = {
  cluster: 'acme',
  service: 'message',
  connection: 'x',
  sequence: 0,
  received_at: noon - 5,
  mode: 'live',
  identity: 'event_id',
  event_time: noon,
  frame: Buffer.from(event),
}
const first: FirstFrame = { cluster: 'other', mode: 'live', received_at: noon - 9 }

const again = (fate: Fate) => (fate.kind === 'again' ? fate.again : undefined)

for (const [name, reject, inputs, known, asked, expected] of [
  [
    'what raw still has keeps its cluster, its way and its time',
    rejected('no_id'),
    two,
    first,
    undefined,
    first,
  ],
  [
    'what raw no longer has belongs to the only cluster there is',
    rejected('variant'),
    one,
    undefined,
    undefined,
    { cluster: 'acme', mode: 'archive', received_at: noon },
  ],
  [
    'or to the one that a person names',
    rejected('variant'),
    two,
    undefined,
    'other',
    { cluster: 'other', mode: 'archive', received_at: noon },
  ],
  [
    'a record that can be opened by now says all of it itself',
    rejected('unknown_schema', rawFrameCodec.encode(frame)),
    two,
    undefined,
    undefined,
    { cluster: 'acme', mode: 'live', received_at: noon - 5 },
  ],
] as const) {
  test(name, () => {
    const fate = again(fateOf(reject, topics, inputs, known, asked))
    const { cluster, mode, received_at } = fate?.frame ?? {}
    deepEqual({ cluster, mode, received_at }, { ...expected })
    // The bytes are those of Proofpoint, under the key that ingest would give them, and marked as sent again.
    deepEqual(
      [fate?.key, fate?.topic, fate?.frame.frame.toString(), fate?.frame.identity],
      ['a', 'pod.raw.message', event, 'event_id'],
    )
    deepEqual([fate?.frame.connection, fate?.frame.sequence], ['redrive', 41])
  })
}

for (const [name, reject, inputs, why] of [
  ['whose cluster nobody knows', rejected('variant'), two, /nobody knows its cluster/],
  ['that is still unreadable', rejected('undecodable', 'xyz'), one, /cannot read/],
  ['of another podpipe', rejected('variant', event, 'other.raw.message'), one, /none of this podpipe/],
  ['that an output cannot read', rejected('undecodable', 'x', 'pod.unique.message'), one, /neither could it/],
] as const) {
  test(`one ${name} is left out, and why is told`, () => {
    const fate = fateOf(reject, topics, inputs, undefined, undefined)
    equal(fate.kind === 'left' && why.test(fate.why), true)
  })
}

test('what one output has refused is not sent to the others again, but to it alone', () => {
  const reject = rejected('too_large', '{"guid":"it\'s"}', 'pod.unique.message')
  const planned = [reject, rejected('no_id'), rejected('undecodable', 'xyz')].map(each => ({
    reject: each,
    fate: fateOf(each, topics, one, undefined, undefined),
  }))
  const account = accountOf(planned, 1, false)
  deepEqual(account.outputs, [
    {
      output: 'devo_1',
      rejects: 1,
      from: '2026-05-22T12:00:00Z',
      to: '2026-05-22T12:00:00.001Z',
      ids: ["it's"],
      command: `podpipe replay --output devo_1 --from 2026-05-22T12:00:00Z --to 2026-05-22T12:00:00.001Z --match 'id=it'\\''s'`,
    },
  ])
  deepEqual([account.found, account.redriven, account.topics], [3, 1, { 'pod.raw.message': 1 }])
})
