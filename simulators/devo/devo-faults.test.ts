// Devo's simulator as a peer that misbehaves on command: it resets, stalls, slows down, refuses and goes silent.

import assert from 'node:assert/strict'
import test from 'node:test'
import { createAuthority } from '../authority.ts'
import { contentHash } from '../proofpoint/ledger.ts'
import { connect, record, start } from './test-sender.ts'

test('a connection is reset after about so many bytes, so many times, and what was whole counts', async t => {
  const devo = await start(t, { resetAfterBytes: 10_000, resetTimes: 2 })
  const one = record(`{"x":"${'x'.repeat(900)}"}`)
  for (let round = 0; round < 2; round++) {
    const { socket, outcome } = await connect(t, devo)
    for (let i = 0; i < 40; i++) socket.write(one)
    assert.match(await outcome, /ECONNRESET|EPIPE/)
  }
  const { resets, frames, bytes } = devo.stats()
  assert.equal(resets, 2)
  assert.ok(bytes > 2 * 4000 && bytes < 2 * 15_000, `${bytes} bytes`)
  assert.ok(frames > 8 && frames < 32, `${frames} frames`)
  const { socket, outcome } = await connect(t, devo)
  for (let i = 0; i < 40; i++) socket.write(one)
  socket.end()
  assert.equal(await outcome, 'end')
})

test('connections are reset on command, at once or after bytes to come', async t => {
  const devo = await start(t)
  const first = await connect(t, devo)
  first.socket.write(record('{"a":1}'))
  while (devo.stats().frames === 0) await new Promise(resolve => setImmediate(resolve))
  assert.equal(devo.resetAll(), 1)
  assert.match(await first.outcome, /ECONNRESET|EPIPE/)
  devo.resetNext(record('{"b":1}').length + 5)
  const second = await connect(t, devo)
  second.socket.write(record('{"b":1}') + record('{"b":2}'))
  assert.match(await second.outcome, /ECONNRESET|EPIPE/)
  const { frames, resets, tornTails } = devo.stats()
  assert.deepEqual({ frames, resets, tornTails }, { frames: 2, resets: 2, tornTails: 1 })
})

test('a stalled endpoint counts nothing until it resumes, and then everything', async t => {
  const devo = await start(t)
  const early = await connect(t, devo)
  devo.stall()
  const late = await connect(t, devo)
  for (const { socket } of [early, late]) {
    for (let i = 0; i < 1000; i++) socket.write(record(`{"i":${i},"x":"${'x'.repeat(15_000)}"}`))
    socket.end()
  }
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.equal(devo.stats().ends, 0)
  assert.ok(early.socket.writableLength > 0)
  devo.resume()
  assert.deepEqual([await early.outcome, await late.outcome], ['end', 'end'])
  assert.equal(devo.stats().frames, 2000)
})

test('a slow endpoint still reads everything', async t => {
  const devo = await start(t, { bytesPerSecond: 2_000_000 })
  const { socket, outcome } = await connect(t, devo)
  for (let i = 0; i < 200; i++) socket.write(record(`{"i":${i},"x":"${'x'.repeat(500)}"}`))
  socket.end()
  assert.equal(await outcome, 'end')
  assert.equal(devo.stats().distinct, 200)
})

test('an endpoint that is told to be slow takes its time, and none when told otherwise', async t => {
  const devo = await start(t)
  const { socket, outcome } = await connect(t, devo)
  devo.slow(1)
  socket.write(record('{"first":1}'))
  while (devo.stats().frames === 0) await new Promise(resolve => setTimeout(resolve, 5))
  socket.end(record('{"second":1}'))
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.equal(devo.stats().frames, 1)
  socket.destroy()
  await outcome
  devo.slow(0)
  const next = await connect(t, devo)
  next.socket.end(record('{"third":1}'))
  assert.equal(await next.outcome, 'end')
  assert.equal(devo.count(contentHash(Buffer.from('{"third":1}'))), 1)
})

test('an endpoint with other certificates refuses those of before, and open connections go on', async t => {
  const devo = await start(t)
  const open = await connect(t, devo)
  const other = await createAuthority('other')
  devo.useCertificates({ server: await other.server(), chain: other.chain })
  assert.match(await (await connect(t, devo)).outcome, /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO/)
  open.socket.end(record('{"a":1}'))
  assert.equal(await open.outcome, 'end')
  assert.equal(devo.stats().frames, 1)
})

test('a silent connection is closed when the switch asks for it', async t => {
  const devo = await start(t, { idleCloseMs: 50 })
  const { outcome } = await connect(t, devo)
  assert.equal(await outcome, 'end')
  assert.equal(devo.stats().idleCloses, 1)
})

test('a refusing endpoint lets open connections go on and can be reached again afterwards', async t => {
  const devo = await start(t)
  const open = await connect(t, devo)
  devo.refuse()
  assert.equal(await (await connect(t, devo)).outcome, 'ECONNREFUSED')
  open.socket.end(record('{"a":1}'))
  assert.equal(await open.outcome, 'end')
  await devo.accept()
  const next = await connect(t, devo)
  next.socket.end(record('{"b":1}'))
  assert.equal(await next.outcome, 'end')
  assert.equal(devo.stats().frames, 2)
})
