// The peer of ingest: nothing but ws and kafkajs. It looks at no event, has no key and no schema, keeps no
// position, and forgets what Kafka does not take. Started by child.ts.

// biome-ignore lint/style/noRestrictedImports: the peer is kafkajs as it was published, not podpipe's
import kafkajs, { type Message } from 'kafkajs'
import WebSocket from 'ws'

const { Kafka, Partitioners, logLevel } = kafkajs
const { brokers, topic, address } = JSON.parse(process.argv[2] ?? '')
const batchRecords = 500
const inFlight = 4

const producer = new Kafka({ brokers, clientId: 'bare', logLevel: logLevel.ERROR }).producer({
  createPartitioner: Partitioners.DefaultPartitioner,
})
await producer.connect()
const socket = new WebSocket(address, { perMessageDeflate: false })
let open: Message[] = []
let sending = 0
let timer: NodeJS.Timeout | undefined

async function send(): Promise<void> {
  clearTimeout(timer)
  const messages = open
  if (messages.length === 0) return
  open = []
  if (++sending >= inFlight) socket.pause()
  await producer.send({ topic, acks: -1, messages })
  if (--sending < inFlight) socket.resume()
}

socket.on('message', (value: Buffer) => {
  if (open.length === 0) timer = setTimeout(send, 50)
  if (open.push({ value }) >= batchRecords) void send()
})
socket.on('open', () => process.send?.('ready'))
