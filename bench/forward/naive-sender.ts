// The peer of the forwarder: nothing but kafkajs and node:tls. It commits a batch when the write callbacks of its events
// have come, as a sender does that takes "written" for "delivered". Started by child.ts.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
// biome-ignore lint/style/noRestrictedImports: the peer is kafkajs as it was published, not podpipe's
import kafkajs from 'kafkajs'

const { brokers, topic, group, port, cert, key, chain } = JSON.parse(process.argv[2] ?? '')
const [certPem, keyPem, ca] = [readFileSync(cert), readFileSync(key), readFileSync(chain)]
const header = Buffer.from('<14>2024-05-22 19:10:03.058 bench mail.proofpoint.pod.message: ')
const retryMs = 100
const LF = Buffer.from('\n')
let socket = open()
let connected = once(socket, 'secureConnect')

function open(): TLSSocket {
  const opened = connect({ host: 'localhost', port, cert: certPem, key: keyPem, ca })
  opened.on('error', () => undefined)
  opened.on('close', () => {
    socket = open()
    connected = once(socket, 'secureConnect')
    connected.catch(() => undefined)
  })
  opened.resume()
  return opened
}

/** @returns whether every write called back without an error */
function write(lines: readonly Buffer[]): Promise<boolean> {
  return new Promise(resolve => {
    let [left, failed] = [lines.length, false]
    for (const line of lines)
      socket.write(line, error => {
        failed ||= error != null
        if (--left === 0) resolve(!failed)
      })
  })
}

const consumer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).consumer({
  groupId: group,
})
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  async eachBatch({ batch }) {
    const lines = batch.messages.map(({ value }) =>
      Buffer.concat([header, value?.subarray(value.indexOf('{"')) ?? LF, LF]),
    )
    while (!(await write(lines))) {
      await sleep(retryMs)
      await connected.catch(() => undefined)
    }
  },
})
process.send?.('ready')
