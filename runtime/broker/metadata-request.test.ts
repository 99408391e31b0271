import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { askCluster, clusterOf } from './metadata-request.ts'

test('the cluster id stands behind the brokers', () => {
  assert.equal(clusterOf(anAnswer(['127.0.0.1', 'kafka-2.example']).whole), 'the-cluster')
})

test('a broker that knows of no live broker is not ready', () => {
  assert.equal(clusterOf(anAnswer([]).whole), undefined)
})

test('an answer that comes in pieces is put together', async t => {
  const { whole } = anAnswer(['127.0.0.1'])
  const port = await aServer(t, [whole.subarray(0, 3), whole.subarray(3, 20), whole.subarray(20)])
  assert.equal(await askCluster(port, 5_000), 'the-cluster')
})

for (const [name, pieces] of [
  ['speaks another protocol', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
  ['sends a short answer', [Buffer.from([0, 0, 0, 2, 1, 1])]],
] as const) {
  test(`a stranger that ${name} is no broker`, async t => {
    assert.equal(await askCluster(await aServer(t, pieces), 5_000), undefined)
  })
}

test('a server that says nothing is given up after the time', async t => {
  assert.equal(await askCluster(await aServer(t, []), 20), undefined)
})

test('a closed port is no broker', async t => {
  const port = await aServer(t, [])
  await closeAll(t)
  assert.equal(await askCluster(port, 5_000), undefined)
})

function anAnswer(hosts: readonly string[]): { whole: Buffer } {
  const int32 = (value: number) => Buffer.from([value >> 24, value >> 16, value >> 8, value])
  const string = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)])
  const noRack = Buffer.from([0xff, 0xff])
  const brokers = hosts.map((host, id) => Buffer.concat([int32(id), string(host), int32(9_092), noRack]))
  const body = [
    int32(1),
    int32(0),
    int32(hosts.length),
    ...brokers,
    string('the-cluster'),
    int32(1),
    int32(0),
  ]
  const size = body.reduce((sum, part) => sum + part.length, 0)
  return { whole: Buffer.concat([int32(size), ...body]) }
}

const closers = new WeakMap<TestContext, () => Promise<void>>()
const closeAll = async (t: TestContext) => closers.get(t)?.()

/** A server on the loopback interface that answers the first bytes of a request with these pieces. */
async function aServer(t: TestContext, pieces: readonly Buffer[]): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise(resolve => setImmediate(resolve))
      }
    })
  })
  const close = () => new Promise<void>(resolve => server.close(() => resolve()))
  closers.set(t, close)
  t.after(close)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
