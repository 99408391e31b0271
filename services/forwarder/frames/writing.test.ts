// Bytes as the vendor's client would have written them: whole gzip members, and counted frames between them.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { compressed, plain } from './writing.ts'

const golden: { readonly vectors: readonly { name: string; wire_hex: string }[] } = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
)

const line = (payload: string): Buffer =>
  Buffer.from(`<14>2024-08-09 10:48:10.163 fwd-1 mail.proofpoint.pod.message: ${payload}\n`)

test('golden vector zip-flush: two frames are one member, which opens into the same bytes', async () => {
  const vector = golden.vectors.find(({ name }) => name === 'zip-flush')
  const theirs = Buffer.from(vector?.wire_hex ?? '', 'hex')
  const [ours, ...others] = await compressed(-1, 51_200).encode([line('z1'), line('z2')])
  deepEqual(others, [])
  equal(gunzipSync(ours ?? '').toString(), gunzipSync(theirs).toString())
  // Magic, deflate, no flags, no time, no name: what a receiver looks for.
  deepEqual(ours?.subarray(0, 8), theirs.subarray(0, 8))
})

test('a counted frame stands between members, and the order is kept', async () => {
  const counted = Buffer.from('10 <14>a\nb c\n')
  const parts = await compressed(6, 51_200).encode([line('a'), line('b'), counted, counted, line('c')])
  equal(parts.length, 3)
  equal(gunzipSync(parts[0] ?? '').toString(), `${line('a')}${line('b')}`)
  equal(parts[1]?.toString(), `${counted}${counted}`)
  equal(gunzipSync(parts[2] ?? '').toString(), `${line('c')}`)
})

for (const level of [-1, 1, 9])
  test(`level ${level} makes the bytes fewer and the same`, async () => {
    const frames = Array.from({ length: 50 }, (_, n) => line('{"guid":"abc"}'.repeat(n)))
    const whole = Buffer.concat(frames)
    const [member] = await compressed(level, 51_200).encode(frames)
    ok((member?.length ?? 0) < whole.length / 5)
    deepEqual(gunzipSync(member ?? ''), whole)
  })

test('without compression frames are joined as they are', async () => {
  deepEqual(await plain.encode([line('a'), line('b')]), [Buffer.concat([line('a'), line('b')])])
  const one = line('a')
  equal((await plain.encode([one]))[0], one)
})

test('frames that lie one behind the other are written as they lie, in one piece', async () => {
  const whole = Buffer.concat(Array.from({ length: 9 }, () => Buffer.alloc(20_000, 'x')))
  const frames = Array.from({ length: 9 }, (_, at) => whole.subarray(at * 20_000, (at + 1) * 20_000))
  const [all, ...none] = await plain.encode(frames)
  deepEqual(
    [all?.buffer === whole.buffer, all?.byteOffset, all?.length, none],
    [true, whole.byteOffset, 180_000, []],
  )
  const elsewhere = Buffer.alloc(20_000, 'y')
  const pieces = await plain.encode([...frames.slice(0, 3), elsewhere, ...frames.slice(4)])
  deepEqual(
    pieces.map(({ length }) => length),
    [60_000, 20_000, 100_000],
  )
  // A hole between two of the same memory is not written.
  deepEqual(
    (await plain.encode([...frames.slice(0, 2), ...frames.slice(3)])).map(({ length }) => length),
    [40_000, 120_000],
  )
})
