import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type Event, eventCodec, rejectedCodec } from '@podpipe/schemas/records.ts'
import { encoded } from '../peers/test-events.ts'
import { toFrame, within } from './to-frame.ts'
import { type Naming, putFrame } from './wire.ts'

const naming: Naming = { host: 'collector', tagOf: (cluster, service) => `tag.${cluster}.${service}` }

const outcomeOf = (value: Buffer | null) =>
  toFrame({ topic: 't', partition: 0, offset: 0, timestamp: 0, key: null, value }, eventCodec, naming)

for (const [name, event, expected] of [
  [
    "an event bears its own time and its cluster's tag",
    {},
    '<14>2024-05-22 19:10:03.058 collector tag.acme.message: {"guid":"a"}\n',
  ],
  [
    'one without a time bears that of its receipt',
    { event_time: null },
    '<14>2024-05-22 20:00:00.000 collector tag.acme.message: {"guid":"a"}\n',
  ],
  [
    "the service decides the tag, and a line end at the payload's end becomes the frame's",
    { service: 'maillog' as const, payload: Buffer.from('{"id":"b"}\n') },
    '<14>2024-05-22 19:10:03.058 collector tag.acme.maillog: {"id":"b"}\n',
  ],
  [
    'bytes that are no text pass as they are',
    { payload: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) },
    '<14>2024-05-22 19:10:03.058 collector tag.acme.message: {\xff\xfe}\n',
  ],
  [
    'a time beyond any calendar stops nothing',
    { event_time: -(2 ** 50) },
    '<14>0000-01-01 00:00:00.000 collector tag.acme.message: {"guid":"a"}\n',
  ],
] satisfies [string, Partial<Event>, string][]) {
  test(name, () => {
    const outcome = outcomeOf(encoded(event))
    equal(outcome.kind, 'forward')
    if (outcome.kind !== 'forward') return
    const bytes = Buffer.alloc(outcome.value.length)
    equal(putFrame(bytes, 0, outcome.value), bytes.length)
    equal(bytes.toString('latin1'), expected)
  })
}

for (const [name, value, reason, error] of [
  ['no value', null, 'undecodable', /C3 01/],
  ["bytes that are not podpipe's", Buffer.from('<14>'), 'undecodable', /C3 01/],
  ['an event that ends too early', encoded().subarray(0, 12), 'undecodable', /does not follow it/],
  [
    'a schema of a newer version',
    rejectedCodec.encode({
      topic: '',
      partition: 0,
      offset: 0,
      reason: '',
      error: '',
      bytes: Buffer.alloc(0),
    }),
    'unknown_schema',
    /newer version/,
  ],
] as const) {
  test(`${name} is rejected with its reason, and nothing is thrown`, () => {
    const outcome = outcomeOf(value)
    equal(outcome.kind, 'reject')
    if (outcome.kind !== 'reject') return
    equal(outcome.reason, reason)
    match(outcome.error, error)
  })
}

test('a frame is rejected from the first byte above the limit on, and says which output and by how much', () => {
  const outcome = outcomeOf(encoded())
  const length = outcome.kind === 'forward' ? outcome.value.length : 0
  equal(within(outcome, undefined, 'devo_1'), outcome)
  equal(within(outcome, length, 'devo_1'), outcome)
  const refused = within(outcome, length - 1, 'devo_1')
  equal(refused.kind === 'reject' && refused.reason, 'too_large')
  match(
    refused.kind === 'reject' ? refused.error : '',
    new RegExp(`${length} bytes .* devo_1 takes ${length - 1}`),
  )
  const undecodable = outcomeOf(null)
  equal(within(undecodable, 1, 'devo_1'), undecodable)
})
