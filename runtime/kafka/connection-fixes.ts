// Two faults of kafkajs's connections, put right in place. With either of them one connection that is cut at a
// bad moment, as at a broker restart, is dead for ever while it passes for connected: whoever uses it, a fetch
// loop or a transaction, waits without end. Importing this file is enough; internals.ts does.

import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

interface Connection {
  readonly host: string
  readonly port: number
  readonly requestQueue: {
    readonly inflight: ReadonlyMap<number, unknown>
    readonly pending: readonly unknown[]
  }
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  isConnected(): boolean
  connect(this: Connection): Promise<unknown>
  disconnect(this: Connection): Promise<unknown>
  rejectRequests(error: Error): void
}

const { KafkaJSConnectionClosedError } = require('kafkajs/src/errors') as {
  KafkaJSConnectionClosedError: new (message: string, address: { host: string; port: number }) => Error
}

const lengthPrefix = 4

const prototype = require('kafkajs/src/network/connection').prototype as Connection
const { connect, disconnect } = prototype

// An answer that was cut in its middle stays in the buffer, and the next connection's answers are taken for
// its rest. A new connection begins with nothing.
prototype.connect = function () {
  if (!this.isConnected()) {
    this.chunks = []
    this.bytesBuffered = 0
    this.bytesNeeded = lengthPrefix
  }
  return connect.call(this)
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
