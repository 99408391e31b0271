// Devo's simulator as a peer that behaves: what it counts, whom it refuses, and how it ends a connection.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect as connectRaw, createServer } from 'node:net'
import test, { type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { createAuthority } from '../authority.ts'
import { contentHash } from '../proofpoint/ledger.ts'
import { type Devo, startDevo } from './devo.ts'
import { authority, client, connect, record, start } from './test-sender.ts'

/** A TCP relay in front of the endpoint that notes the type of each TLS record coming back. */
async function tap(t: TestContext, devo: Devo) {
  const types: number[] = []
  const relay = createServer({ allowHalfOpen: true }, near => {
    const far = connectRaw({ port: devo.port, host: devo.host, allowHalfOpen: true })
    let held: Buffer = Buffer.alloc(0)
    far.on('data', chunk => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 5 && held.length >= 5 + held.readUInt16BE(3)) {
        types.push(held[0] ?? 0)
        held = held.subarray(5 + held.readUInt16BE(3))
      }
    })
    near.pipe(far).pipe(near)
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  t.after(() => relay.close())
  return { host: '127.0.0.1', port: (relay.address() as AddressInfo).port, types }
}

test('without certificates it takes plain TCP, answers an end with its own, and resets on command', async t => {
  const devo = await startDevo({})
  t.after(() => devo.close())
  const socket = connectRaw(devo.port, devo.host)
  socket.end(record('{"a":1}'))
  socket.resume()
  await once(socket, 'end')
  const { frames, malformed, ends, connections } = devo.stats()
  assert.deepEqual([frames, malformed, ends, connections], [1, 0, 1, 1])
  const second = connectRaw(devo.port, devo.host)
  devo.resetNext(5)
  second.write(record('{"a":2}'))
  const [error] = await once(second, 'error')
  assert.equal(error.code, 'ECONNRESET')
  assert.equal(devo.stats().frames, 1)
})

test('events are counted by tag and by the hash of their payload', async t => {
  const devo = await start(t, { clock: () => 77 })
  const { socket, outcome } = await connect(t, devo)
  socket.write(record('{"a":1}'))
  socket.write(gzipSync(record('{"a":1}') + record('{"b":2}')))
  socket.end(`${record('{\n}').length} ${record('{\n}')}`)
  assert.equal(await outcome, 'end')
  assert.equal(devo.count(contentHash(Buffer.from('{"a":1}'))), 2)
  assert.equal(devo.count(contentHash(Buffer.from('{\n}'))), 1)
  assert.equal(devo.count(contentHash(Buffer.from('{}'))), 0)
  const { connections, frames, distinct, doubled, malformed, perTag, firstAt, ends } = devo.stats()
  assert.deepEqual(
    { connections, frames, distinct, doubled, malformed, firstAt, ends },
    { connections: 1, frames: 4, distinct: 3, doubled: 1, malformed: 0, firstAt: 77, ends: 1 },
  )
  assert.deepEqual(perTag, { 'mail.proofpoint.pod.audit': 4 })
  assert.equal([...devo.hashes()].length, 3)
})

test('a record without its end does not count, and the torn tail is told', async t => {
  const devo = await start(t)
  const { socket, outcome } = await connect(t, devo)
  socket.end(record('{"a":1}') + record('{"b":2}').slice(0, -1))
  await outcome
  const { frames, tornTails } = devo.stats()
  assert.deepEqual({ frames, tornTails }, { frames: 1, tornTails: 1 })
})

for (const [name, identity] of [
  ['no certificate', undefined],
  ['a certificate of another authority', await (await createAuthority()).client('acme')],
] as const) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`a client with ${name} is refused over ${maxVersion}`, async t => {
      const devo = await start(t, { maxVersion })
      const socket = connectTls({
        port: devo.port,
        host: devo.host,
        ca: authority.chain,
        servername: 'localhost',
        ...identity,
      })
      t.after(() => socket.destroy())
      socket.on('error', () => {})
      socket.write(record('{"a":1}'))
      await new Promise(resolve => socket.once('close', resolve))
      const { connections, frames, refused } = devo.stats()
      assert.deepEqual({ connections, frames, refused }, { connections: 0, frames: 0, refused: 1 })
    })
  }
}

test('a client that offers at most TLS 1.1 is refused', async t => {
  const devo = await start(t)
  const socket = connectTls({
    port: devo.port,
    host: devo.host,
    ca: authority.chain,
    servername: 'localhost',
    ...client,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  t.after(() => socket.destroy())
  const [error] = await once(socket, 'error')
  assert.match(String(error), /protocol version/i)
})

test('everything sent before the end of stream is counted when the clean close arrives', async t => {
  const devo = await start(t)
  const { socket, outcome } = await connect(t, devo)
  for (let i = 0; i < 5000; i++) socket.write(record(`{"i":${i},"x":"${'x'.repeat(500)}"}`))
  socket.end()
  assert.equal(await outcome, 'end')
  assert.equal(devo.stats().distinct, 5000)
})

for (const [ending, alerts] of [
  ['clean', 1],
  ['bare-fin', 0],
] as const) {
  test(`the ending ${ending} has ${alerts} close_notify before its FIN`, async t => {
    const devo = await start(t, { ending, maxVersion: 'TLSv1.2' })
    const relay = await tap(t, devo)
    const { socket, outcome } = await connect(t, relay)
    socket.end(record('{"a":1}'))
    assert.equal(await outcome, 'end')
    // In TLS 1.2 the type of a record is not hidden; 21 is an alert, and close_notify is the only one here.
    assert.equal(relay.types.filter(type => type === 21).length, alerts)
    assert.equal(devo.stats().frames, 1)
  })
}

test('the ending never leaves the client waiting with its half-closed connection', async t => {
  const devo = await start(t, { ending: 'never' })
  const { socket, outcome } = await connect(t, devo)
  socket.end(record('{"a":1}'))
  while (devo.stats().ends === 0) await new Promise(resolve => setImmediate(resolve))
  const other = new Promise<string>(resolve => setTimeout(() => resolve('waiting'), 50))
  assert.equal(await Promise.race([outcome, other]), 'waiting')
  assert.equal(devo.stats().open, 1)
})
