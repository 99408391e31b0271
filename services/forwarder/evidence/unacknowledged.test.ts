// The kernel's table: how it names a connection, and what it says of bytes that a peer does not take.

import { equal } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { hasTable, queueIn, remoteIn, unacknowledged } from './unacknowledged.ts'

for (const [remoteAddress, table, words] of [
  ['127.0.0.1', 'tcp', '0100007F'],
  ['192.0.2.7', 'tcp', '070200C0'],
  ['::1', 'tcp6', '00000000000000000000000001000000'],
  ['2001:db8::7', 'tcp6', 'B80D0120000000000000000007000000'],
  ['fe80::1%eth0', 'tcp6', '000080FE000000000000000001000000'],
  ['::ffff:10.1.2.3', 'tcp6', '0000000000000000FFFF00000302010A'],
] as const)
  test(`${remoteAddress} is ${words} in the table ${table}`, () => {
    const found = remoteIn({ remoteAddress, remotePort: 443 })
    equal(found.table, table)
    equal(found.remote, `${words}:01BB`)
  })

const row = (state: string, queue: string): string =>
  `   9: 0100007F:8AFA 0100007F:01BB ${state} ${queue}:00000000 01:00000000 00000000     0        0 1 2\n`
const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n'

for (const [name, text, queue] of [
  ['bytes that wait', row('01', '000106BB'), 67_259],
  ['none', row('01', '00000000'), 0],
  ['a connection that its peer has ended', row('08', '00000001'), 1],
  ['one that has waited its time', row('06', '00000000'), undefined],
  ['one that is not there', '', undefined],
] as const)
  test(`the queue of a connection: ${name}`, () =>
    equal(queueIn(header + text, 0x8afa, '0100007F:01BB'), queue))

for (const host of ['127.0.0.1', '::1'])
  test(`what a peer at ${host} does not read stays in the queue once its buffer is full`, {
    skip: !hasTable(),
  }, async t => {
    const server = createServer({ pauseOnConnect: true }, peer => {
      t.after(() => peer.destroy())
    })
    server.listen(0, host)
    await once(server, 'listening')
    t.after(() => server.close())
    const socket = connect((server.address() as AddressInfo).port, host)
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    const { localPort = 0, remoteAddress = '', remotePort = 0 } = socket
    const left = () => unacknowledged({ localPort, remoteAddress, remotePort })
    equal(await left(), 0)
    socket.write(Buffer.alloc(64 * 1024 * 1024))
    await new Promise(resolve => setTimeout(resolve, 200))
    const queue = await left()
    equal(queue !== undefined && queue > 0, true, `${queue}`)
  })
