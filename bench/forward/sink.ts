// The sink of the measurement as a process of its own: mutual TLS, counts what arrives, answers an end with its own, and
// resets connections at random bytes if told to. Started by child.ts, asked over its channel.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { listenRaw } from '@podpipe/simulators/devo/raw.ts'
import { createResetPlan } from '@podpipe/simulators/devo/resets.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { Arrivals, type Counts } from './arrivals.ts'

export interface SinkOptions {
  readonly cert: string
  readonly key: string
  readonly chain: string
}

/** `begin` forgets everything; `times` asks also for the arrival of each event, milliseconds since 1970. */
export type Question =
  | { readonly begin: number; readonly dropEvery: number; readonly seed: number }
  | { readonly times: boolean }

export interface Answer extends Counts {
  readonly drops: number
  readonly bytes: number
  readonly connections: number
  /** Of the newest event that came for the first time, milliseconds since 1970. */
  readonly lastAt: number
  readonly times?: readonly number[]
}

const { cert, key, chain }: SinkOptions = JSON.parse(process.argv[2] ?? '')
let arrivals = new Arrivals(0)
let plan = createResetPlan(0, 0, createRandom(1))
let drops = 0
let bytes = 0
let connections = 0
let lastAt = 0

const server = createServer({
  cert: readFileSync(cert),
  key: readFileSync(key),
  ca: readFileSync(chain),
  requestCert: true,
  rejectUnauthorized: true,
  allowHalfOpen: true,
})
const listener = await listenRaw(server, { host: '127.0.0.1', port: 0, allowHalfOpen: true })
server.on('tlsClientError', () => undefined)
server.on('secureConnection', socket => {
  connections += 1
  const take = arrivals.connection()
  const raw = listener.rawOf(socket)
  let isOver = false
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    if (isOver) return
    const cut = plan.received(chunk.length)
    const before = arrivals.counts.distinct
    const now = performance.timeOrigin + performance.now()
    take(cut === undefined ? chunk : chunk.subarray(0, cut), now)
    bytes += chunk.length
    if (arrivals.counts.distinct > before) lastAt = now
    if (cut === undefined) return
    isOver = true
    drops += 1
    raw?.resetAndDestroy()
  })
  socket.on('end', () => !isOver && socket.end())
})

process.on('message', (question: Question) => {
  if ('begin' in question) {
    arrivals = new Arrivals(question.begin)
    plan = createResetPlan(question.dropEvery, Number.POSITIVE_INFINITY, createRandom(question.seed))
    drops = 0
    bytes = 0
    connections = 0
    lastAt = 0
  }
  const times = 'times' in question && question.times ? { times: [...arrivals.times] } : {}
  process.send?.({ ...arrivals.counts, drops, bytes, connections, lastAt, ...times } satisfies Answer)
})
process.send?.({ port: listener.port })
