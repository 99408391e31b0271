// The smallest real conversation with a Kafka broker: one Metadata request over a bare socket.
// It tells whether the broker serves clients, and which cluster it belongs to.

import { connect } from 'node:net'

const metadataKey = 3
/** Version 4 is the first with allow_auto_topic_creation and is not yet a flexible one. */
const metadataVersion = 4
/** More than any answer about no topics can have; guards against a stranger on the port. */
const longestAnswer = 65_536

/** A Metadata v4 request for no topics at all: https://kafka.apache.org/protocol */
export function metadataRequest(): Buffer {
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4 + 1)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(metadataKey, 4)
  request.writeInt16BE(metadataVersion, 6)
  request.writeInt32BE(1, 8) // correlation id
  request.writeInt16BE(-1, 12) // no client id
  request.writeInt32BE(0, 14) // no topics; the byte after it: create none
  return request
}

/**
 * The cluster id in a whole Metadata v4 answer, size prefix included.
 * Undefined while the broker knows of no live broker, itself included. Throws RangeError on anything else.
 */
export function clusterOf(answer: Buffer): string | undefined {
  let at = 4 + 4 + 4 // size, correlation id, throttle time
  const step = (size: number): number => {
    at += size
    return at - size
  }
  const int32 = () => answer.readInt32BE(step(4))
  const string = () => {
    const length = Math.max(0, answer.readInt16BE(step(2))) // -1 is null
    const from = step(length)
    return answer.toString('utf8', from, from + length)
  }
  const brokers = int32()
  for (let index = 0; index < brokers; index += 1) {
    int32() // node id
    string() // host
    int32() // port
    string() // rack
  }
  const cluster = string()
  return brokers > 0 ? cluster : undefined
}

/**
 * Asks the broker on a loopback port for its cluster id.
 * Undefined if nothing answers within the time (ms), or if the broker is not ready yet.
 */
export function askCluster(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    let answer = Buffer.alloc(0)
    const end = (cluster?: string) => {
      socket.destroy()
      resolve(cluster)
    }
    socket.setTimeout(timeoutMs, () => end())
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('connect', () => socket.write(metadataRequest()))
    socket.on('data', chunk => {
      answer = Buffer.concat([answer, chunk])
      const size = answer.length < 4 ? 0 : answer.readInt32BE(0)
      if (size < 0 || size > longestAnswer) return end()
      if (size > 0 && answer.length >= 4 + size) end(readCluster(answer))
    })
  })
}

function readCluster(answer: Buffer): string | undefined {
  try {
    return clusterOf(answer)
  } catch {
    return undefined // a stranger that does not speak Kafka
  }
}
