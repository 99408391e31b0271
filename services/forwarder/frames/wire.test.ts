// The bytes on the wire: the vendor's own, where podpipe writes the same, and a parser that must find every payload.

import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import { frame, wireHost } from './wire.ts'

interface Vector {
  readonly name: string
  readonly wire_hex: string
  readonly tag?: string
  readonly host?: string
  readonly payload_hex?: string
  readonly event_time_ms?: number
  readonly differs_because?: string
}

const golden: { readonly vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
)

function frameOf(vector: Vector): string {
  const { event_time_ms: eventTimeMs = 0, tag = '', host = '', payload_hex: payload = '' } = vector
  return frame({ eventTimeMs, tag, host, payload: Buffer.from(payload, 'hex') }).toString('latin1')
}

function vectorOf(name: string): Vector {
  const vector = golden.vectors.find(one => one.name === name)
  if (vector === undefined) throw new Error(`no vector ${name}`)
  return vector
}

const wireOf = (vector: Vector): string => Buffer.from(vector.wire_hex, 'hex').toString('latin1')

for (const vector of golden.vectors.filter(({ differs_because: reason }) => reason === undefined))
  test(`golden vector ${vector.name}: byte for byte the vendor's frame`, () =>
    equal(frameOf(vector), wireOf(vector)))

test('eight golden vectors are held to the byte, the others say why not', () => {
  equal(golden.vectors.length, 17)
  equal(golden.vectors.filter(({ differs_because: reason }) => reason === undefined).length, 8)
})

for (const [name, count] of [
  ['two-trailing-nl', 66],
  ['trailing-crlf', 66],
  ['embedded-nl-not-escaped', 69],
] as const)
  test(`golden vector ${name}: the vendor's record, octet-counted so that it stays one event`, () => {
    const vector = vectorOf(name)
    equal(frameOf(vector), `${wireOf(vector).length} ${wireOf(vector)}`)
    equal(wireOf(vector).length, count)
  })

for (const [name, ours, theirs] of [
  ['default-date', /^<14>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /, '<14>Jan  1 00:00:00 '],
  ['facility-severity', /^<14>/, '<131>'],
] as const)
  test(`golden vector ${name}: the vendor's frame but for what podpipe never writes`, () => {
    const vector = vectorOf(name)
    equal(frameOf(vector).replace(ours, theirs), wireOf(vector))
  })

test("golden vector lone-surrogate-becomes-?: the vendor's frame of the bytes that it makes of one", () => {
  const fields = { tag: 'mail.proofpoint.pod.message', host: 'fwd-1' }
  const eventTimeMs = Date.UTC(2024, 7, 9, 10, 48, 10, 163)
  const ours = frame({ ...fields, eventTimeMs, payload: Buffer.from('a? b') })
  equal(ours.toString('latin1'), wireOf(vectorOf('lone-surrogate-becomes-?')))
})

const simple = { tag: 'mail.proofpoint.pod.message', host: 'h', payload: Buffer.from('m') }

for (const [name, eventTimeMs, text] of [
  ['fractions of a millisecond are cut off', 1723200490163.99, '2024-08-09 10:48:10.163'],
  ['a time before 1970 is cut off downwards', -0.5, '1969-12-31 23:59:59.999'],
  ['the epoch', 0, '1970-01-01 00:00:00.000'],
  ['a year of five digits becomes the last of four', 253402300800000, '9999-12-31 23:59:59.999'],
  ['a year before 0000 becomes 0000', -1e15, '0000-01-01 00:00:00.000'],
  ['no number becomes the epoch', Number.NaN, '1970-01-01 00:00:00.000'],
] as const)
  test(`time: ${name}`, () =>
    equal(frame({ ...simple, eventTimeMs }).toString(), `<14>${text} h mail.proofpoint.pod.message: m\n`))

for (const [name, host] of [
  ['fwd-1.example', 'fwd-1.example'],
  ['my host: a\nb', 'my-host--a-b'],
  ['h\u00f6st', 'h-st'],
  ['', 'podpipe'],
] as const)
  test(`host ${JSON.stringify(name)} is written as ${host}`, () => equal(wireHost(name), host))

/** A strict reader of its own: either a counted record or a line, then exactly our header, else it throws. */
function parse(stream: Buffer): Buffer[] {
  const payloads: Buffer[] = []
  for (let at = 0; at < stream.length; ) {
    let end = stream.indexOf(10, at)
    if (stream[at] !== 0x3c) {
      const digits = stream.subarray(at, stream.indexOf(0x20, at)).toString('latin1')
      if (!/^[1-9]\d*$/.test(digits)) throw new Error(`no frame at ${at}`)
      at += digits.length + 1
      end = at + Number(digits) - 1
      if (stream[end] !== 10) throw new Error(`the record at ${at} does not end in LF`)
    }
    const record = stream.subarray(at, end)
    const header = /^<14>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} h t\.a\.g: /.exec(record.toString('latin1'))
    if (header === null) throw new Error(`no header at ${at}`)
    payloads.push(record.subarray(header[0].length))
    at = end + 1
  }
  return payloads
}

test('10,000 random payloads, made to break frames, are found again byte for byte', t => {
  const seed = 20_261_124
  t.diagnostic(`seed ${seed}`)
  const random = randomFrom(seed)
  const bits = ['\n', '\r', '\r\n', '\0', '<14>', '12 ', ': ', 'a', '{"id":"x"}', '\xff', '\x1f\x8b', '']
  const bitAt = () => bits[Math.floor(random() * bits.length)] ?? ''
  const payloads = Array.from({ length: 10_000 }, () =>
    Buffer.from(Array.from({ length: Math.floor(random() * 9) }, bitAt).join(''), 'latin1'),
  )
  const frames = payloads.map(payload =>
    frame({ eventTimeMs: Math.floor(random() * 2e12), tag: 't.a.g', host: 'h', payload }),
  )
  const expected = payloads.map(payload => (payload.at(-1) === 10 ? payload.subarray(0, -1) : payload))
  deepEqual(
    parse(Buffer.concat(frames)).map(payload => payload.toString('latin1')),
    expected.map(payload => payload.toString('latin1')),
  )
  notEqual(frames.filter(bytes => bytes[0] !== 0x3c).length, 0)
})
