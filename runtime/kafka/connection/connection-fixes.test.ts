// kafkajs's own Connection and Broker against servers that cut them at a bad moment, or say nothing. Without the
// fixes the first test's second request times out, and so does every later one; in the second test one request
// never ends; in the third the broker passes for connected and takes no request; in the fourth the
// new socket's requests end with the old socket.

import { equal, notEqual, rejects } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import './connection-fixes.ts'

const require = createRequire(import.meta.url)

interface Connection {
  connect(): Promise<unknown>
  send(request: object): Promise<{ errorCode: number }>
  disconnect(): Promise<unknown>
}

interface Broker {
  readonly versions: object | null
  connect(): Promise<void>
  isConnected(): boolean
  disconnect(): Promise<void>
}

const Broker: new (options: object) => Broker = require('kafkajs/src/broker')
const ConnectionPool: new (options: object) => object = require('kafkajs/src/network/connectionPool')
const Connection: new (options: object) => Connection = require('kafkajs/src/network/connection')
const apiVersions: () => object = require('kafkajs/src/protocol/requests/apiVersions').protocol({
  version: 0,
})
const socketFactory: object = require('kafkajs/src/network/socketFactory')()

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, namespace: () => silent }

/** A server that does with each request what it is told. @returns what kafkajs needs to connect to it */
async function serve(
  t: TestContext,
  onRequest: (socket: Socket, request: Buffer, connection: number) => void,
) {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    const connection = ++connections
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', request => onRequest(socket, request, connection))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger: silent,
    socketFactory,
    clientId: 'test',
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
    enforceRequestTimeout: true,
    maxInFlightRequests: null,
    reauthenticationThreshold: 10_000,
  }
}

/** An ApiVersions answer, of any version, that names no API. */
function answerTo(request: Buffer): Buffer {
  const answer = Buffer.alloc(18)
  answer.writeInt32BE(14, 0)
  // The correlation id lies behind length, API key and version.
  answer.writeInt32BE(request.readInt32BE(8), 4)
  return answer
}

test('a connection that was cut in the middle of an answer works again once it is connected again', async t => {
  const options = await serve(t, (socket, request, connection) => {
    const answer = answerTo(request)
    if (connection > 1) return void socket.write(answer)
    socket.write(answer.subarray(0, 9), () => socket.resetAndDestroy())
  })
  const connection = new Connection(options)
  await connection.connect()
  await rejects(connection.send(apiVersions()))
  await connection.connect()
  equal((await connection.send(apiVersions())).errorCode, 0)
  await connection.disconnect()
})

test('a request that slips into a connection that is being closed ends with it', {
  timeout: 20_000,
}, async t => {
  const options = await serve(t, () => undefined)
  // Between being asked for and being on its way a request takes some turns of the microtask queue, and the
  // closing takes some: every shift between the two is tried.
  await Promise.all(
    Array.from({ length: 12 }, async (_, shift) => {
      const connection = new Connection(options)
      await connection.connect()
      const sent = connection.send(apiVersions())
      const ended = rejects(sent)
      for (let turn = 0; turn < shift; turn++) await undefined
      await connection.disconnect()
      await ended
    }),
  )
})

test('a broker that did not say what it speaks is asked again, over a new connection', async t => {
  let last = 0
  const options = await serve(t, (socket, request, connection) => {
    last = connection
    if (connection > 1) socket.write(answerTo(request))
  })
  const broker = new Broker({ connectionPool: new ConnectionPool(options), logger: silent })
  await rejects(broker.connect(), /timed out/)
  equal(broker.isConnected(), false)
  await broker.connect()
  equal(broker.isConnected(), true)
  notEqual(broker.versions, null)
  equal(last, 2)
  await broker.disconnect()
})

test('requests that find a connection closed share one opening, and no socket from before closes the new one', async t => {
  const sockets: Socket[] = []
  const options = await serve(t, (socket, request) => {
    if (!sockets.includes(socket)) sockets.push(socket)
    socket.write(answerTo(request))
  })
  const connection = new Connection(options)
  await connection.connect()
  await connection.send(apiVersions())
  await connection.disconnect()
  await Promise.all([connection.connect(), connection.connect()])
  // The answer to the end of the first socket is on its way while the second one is in use.
  for (let round = 0; round < 20; round++) equal((await connection.send(apiVersions())).errorCode, 0)
  equal(sockets.length, 2)
  await connection.disconnect()
})
