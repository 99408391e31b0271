// Frames read in place and events written from them, against what the codecs make of the same.

import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { eventSize, putEvent, readFacts } from './raw-in-place.ts'
import { eventCodec, type RawFrame, rawFrameCodec } from './records.ts'

const usual: RawFrame = {
  cluster: 'acme_hosted',
  service: 'message',
  connection: 'k3v9',
  sequence: 17,
  received_at: 1_764_000_000_123,
  mode: 'live',
  identity: 'event_id',
  event_time: 1_763_999_999_000,
  frame: Buffer.from('{"guid":"a"}'),
}
const id = Buffer.from('id of ü')

/** What is read in place and by the codec, of all fields that are read. */
const factsOf = (value: Buffer) => {
  const { cluster, service, mode, identity, event_time } = rawFrameCodec.decode(value)
  return { cluster, service, mode, identity, event_time }
}

function inPlace(value: Buffer, partition: number, offset: number): Buffer | undefined {
  const size = eventSize(value, id, partition, offset)
  if (size === undefined) return undefined
  const target = Buffer.alloc(size + 6, 0xff)
  equal(putEvent(target, 3, value, id, partition, offset), 3 + size, 'the size is not what it takes')
  deepEqual([...target.subarray(0, 3), ...target.subarray(size + 3)], Array(6).fill(0xff))
  return target.subarray(3, 3 + size)
}

function byCodec(value: Buffer, partition: number, offset: number): Buffer {
  const { cluster, service, event_time, received_at, frame } = rawFrameCodec.decode(value)
  const event = { cluster, service, id: id.toString(), event_time, received_at }
  return eventCodec.encode({ ...event, raw_partition: partition, raw_offset: offset, payload: frame })
}

for (const [name, change, partition, offset] of [
  ['as usual', {}, 3, 12_345],
  ['without a time', { event_time: null }, 0, 0],
  ['of before 1970, and an empty payload', { event_time: -1, frame: Buffer.alloc(0) }, 0, 63],
  ['from another origin', { cluster: 'ünser', service: 'own_kind' }, 63, 64],
  ['from none', { cluster: '', service: '' }, 64, 8_191],
  ['of an archive, by digest', { mode: 'archive', identity: 'digest' }, 8_191, 8_192],
  ['for comparison, unreadable', { mode: 'reconcile', identity: 'unreadable' }, 2 ** 31 - 1, 2 ** 31],
  ['far in the future', { event_time: 2 ** 47, received_at: 2 ** 47 }, 1, 2 ** 50],
  ['of 100 kB', { frame: Buffer.alloc(100_000, 'x'), sequence: 2 ** 40 }, 1, 1],
] satisfies [string, Partial<RawFrame>, number, number][]) {
  test(`a frame ${name} is read as by the codec, and its event has the same bytes`, () => {
    const value = rawFrameCodec.encode({ ...usual, ...change })
    deepEqual({ ...readFacts(value, rawFrameCodec) }, factsOf(value))
    deepEqual(inPlace(value, partition, offset), byCodec(value, partition, offset))
  })
}

test('a time of its own beyond what is read in place is read by the codec', () => {
  const value = rawFrameCodec.encode({ ...usual, event_time: 2 ** 52 })
  equal(readFacts(value, rawFrameCodec).event_time, 2 ** 52)
  equal(inPlace(value, 0, 0), undefined)
})

test('damaged frames are read as by the codec, or refused as by it', () => {
  const refused = damaged(rawFrameCodec.encode(usual)).filter(value => {
    const read = attempt(() => ({ ...readFacts(value, rawFrameCodec) }))
    deepEqual(
      read,
      attempt(() => factsOf(value)),
      value.toString('hex'),
    )
    const event = inPlace(value, 3, 4)
    if (event !== undefined) deepEqual(eventCodec.decode(event), eventCodec.decode(byCodec(value, 3, 4)))
    return typeof read === 'string'
  })
  equal(refused.length > 1_000, true, `${refused.length} were refused`)
})

test('an event is not written from what cannot be read', () => {
  throws(() => putEvent(Buffer.alloc(100), 0, Buffer.from('not ours'), id, 0, 0), /fault of podpipe/)
})

function attempt<Value>(read: () => Value): Value | string {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Every way to cut a frame off, and every other byte in every place. */
function damaged(whole: Buffer): Buffer[] {
  const cut = Array.from(whole.keys(), length => whole.subarray(0, length))
  const changed = Array.from(whole.keys()).flatMap(at =>
    Array.from({ length: 256 }, (_, byte) => {
      const value = Buffer.from(whole)
      value[at] = byte
      return value
    }),
  )
  return [...cut, ...changed]
}
