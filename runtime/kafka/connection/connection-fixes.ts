// Five faults of kafkajs's connections, put right in place. With three of them one connection that is cut or left
// unanswered at a bad moment, as when a broker is restarted or stands still, is dead for ever while it passes
// for connected: whoever uses it, a fetch loop or a transaction, never gets on. The other two, a copy and a timer,
// cost time. Importing this file is enough; internals.ts does.

import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

const require = createRequire(import.meta.url)

interface Connection {
  readonly host: string
  readonly port: number
  readonly requestQueue: {
    readonly inflight: ReadonlyMap<number, unknown>
    readonly pending: readonly unknown[]
  }
  readonly socket?: Socket
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  isConnected(): boolean
  connect(this: Connection): Promise<unknown>
  disconnect(this: Connection): Promise<unknown>
  rejectRequests(error: Error): void
  processData(this: Connection, data: Buffer): void
}

const { KafkaJSConnectionClosedError } = require('kafkajs/src/errors') as {
  KafkaJSConnectionClosedError: new (message: string, address: { host: string; port: number }) => Error
}

const lengthPrefix = 4

const prototype = require('kafkajs/src/network/connection').prototype as Connection
const { connect, disconnect, processData } = prototype

const connecting = new WeakMap<Connection, Promise<unknown>>()

// Requests that find a connection closed each open it, and all but the last of those sockets belong to nobody;
// but whatever happens to any of them is taken for the fate of the connection: the end of an old one closes the
// new one and fails its requests. So those who wait share one opening, and the socket before is done with.
prototype.connect = function () {
  if (this.isConnected()) return connect.call(this)
  const begun = connecting.get(this) ?? openAnew(this).finally(() => connecting.delete(this))
  connecting.set(this, begun)
  return begun
}

async function openAnew(connection: Connection): Promise<unknown> {
  for (const event of ['data', 'end', 'error', 'timeout']) connection.socket?.removeAllListeners(event)
  connection.socket?.on('error', () => undefined).destroy()
  // An answer that was cut in its middle stays in the buffer, and the next socket's answers would be taken for
  // its rest.
  connection.chunks = []
  connection.bytesBuffered = 0
  connection.bytesNeeded = lengthPrefix
  return await connect.call(connection)
}

// A connection that is being closed counts as connected. A request that slips in then has nobody to answer
// it and no clock any more; the next disconnect waits for it, and the one after that is never reached.
prototype.disconnect = async function () {
  const result = await disconnect.call(this)
  const { inflight, pending } = this.requestQueue
  if (inflight.size > 0 || pending.length > 0) {
    const { host, port } = this
    this.rejectRequests(new KafkaJSConnectionClosedError('Closed connection', { host, port }))
  }
  return result
}

// What is left behind an answer is kept, and is mostly nothing; but together with that nothing the next answer would
// be copied once more, whole.
prototype.processData = function (data) {
  if (this.bytesBuffered === 0) this.chunks = []
  processData.call(this, data)
}

interface Broker {
  apiVersions(this: Broker): Promise<unknown>
  disconnect(this: Broker): Promise<void>
}

const brokerPrototype = require('kafkajs/src/broker').prototype as Broker
const { apiVersions } = brokerPrototype

// A broker that takes the connection and does not say in time what it speaks, because it stands still, counts as
// connected; nobody asks it again, and every request on it fails with "Broker not connected" for as long as the
// connection lasts. Seen after a broker had stood still for 96 s: no record was taken in the two minutes after.
brokerPrototype.apiVersions = async function () {
  try {
    return await apiVersions.call(this)
  } catch (error) {
    // This runs under the lock of `connect`, so whoever connects next finds it closed and opens a new one.
    await this.disconnect()
    throw error
  }
}
