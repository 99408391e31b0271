// The frames of the forwarder as the simulator of Devo reads them, which shares nothing with who wrote them: what goes
// in comes out byte for byte, plain and compressed, however the stream is cut up on its way.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { frame } from '@podpipe/forwarder/frames/wire.ts'
import { compressed, plain, type Writing } from '@podpipe/forwarder/frames/writing.ts'
import { readHeader } from '@podpipe/simulators/devo/header.ts'
import { createRecordSplitter } from '@podpipe/simulators/devo/records.ts'
import { createRandom, type Random } from '@podpipe/simulators/random.ts'

const count = 10_000
/** What breaks frames, headers, counts or compression, beside plain text and any byte. */
const bits = [
  '\n',
  '\r',
  '\r\n',
  '\0',
  '<14>',
  '12 ',
  '7',
  ': ',
  '{"id":"x"}',
  '\x1f\x8b',
  '\x1f\x8b\x08',
  '',
]

function payloadOf(random: Random): Buffer {
  const parts = Array.from({ length: random.below(9) }, () =>
    random.chance(0.2)
      ? String.fromCharCode(...Array.from({ length: random.below(40) }, () => random.below(256)))
      : random.pick(bits),
  )
  return Buffer.from(parts.join(''), 'latin1')
}

const ways: readonly (readonly [string, Writing])[] = [
  ['plain', plain],
  ['compressed', compressed(6, 19_500)],
]
for (const [way, writing] of ways)
  test(`${count} random payloads, ${way}, are found again byte for byte by the simulator`, async t => {
    const seed = Math.floor(Math.random() * 65_536)
    t.diagnostic(`seed ${seed}`)
    const random = createRandom(seed)
    const payloads = Array.from({ length: count }, () => payloadOf(random))
    const frames = payloads.map(payload =>
      frame({ eventTimeMs: random.below(2 ** 40), tag: 'mail.proofpoint.pod.message', host: 'h', payload }),
    )
    const found: string[] = []
    const broken: string[] = []
    const splitter = createRecordSplitter({
      record(bytes) {
        const event = readHeader(bytes)
        if ('fault' in event) broken.push(event.fault)
        else found.push(event.payload.toString('latin1'))
      },
      broken: fault => void broken.push(fault),
    })
    for (let at = 0; at < count; at += 100) {
      const stream = Buffer.concat(await writing.encode(frames.slice(at, at + 100)))
      for (let from = 0; from < stream.length; ) {
        const to = from + 1 + random.below(3_000)
        splitter.push(stream.subarray(from, to))
        from = to
      }
    }
    deepEqual(broken, [], `seed ${seed}`)
    equal(splitter.end(), 0)
    const expected = payloads.map(payload => payload.toString('latin1').replace(/\n$/, ''))
    deepEqual(found, expected, `seed ${seed}`)
    ok(frames.some(each => each[0] !== 0x3c))
  })
