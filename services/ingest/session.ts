// One WebSocket session to Proofpoint, from the handshake to its end. It hands every frame on, pauses the
// socket while Kafka is behind, and says at the end how it ended.

import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates } from 'node:tls'
import { shownProxy } from '@podpipe/runtime/config/values/proxy.ts'
import { maxFrameBytes } from '@podpipe/schemas/topics.ts'
import WebSocket from 'ws'
import { createReading } from './reading.ts'
import type { SessionEnd } from './session-end.ts'
import { createTunnel } from './tunnel.ts'

export interface SessionOptions {
  readonly address: string
  readonly apiKey: string
  /** Authorities that are trusted besides the system's, PEM. */
  readonly roots: string | undefined
  /** The URL of the proxy on the way, with its user name and password. */
  readonly proxy: string | undefined
  /** Between pings, in milliseconds. Proofpoint drops idle sockets at about 5 minutes. */
  readonly pingInterval: number
  /** How long the socket may stay paused, in milliseconds: a paused socket answers no pings. */
  readonly pauseLimit: number
  readonly onOpen: () => void
  /** The frame is where it was read: nothing of it may be kept. */
  readonly onFrame: (frame: Buffer) => void
  /** A frame that no Kafka record can hold; it is not handed to `onFrame`. */
  readonly onOversize: (frame: Buffer) => void
  /** The server has answered a ping: it had nothing to send before that has not come. */
  readonly onPong: () => void
  /** Whether so much is on its way to Kafka that nothing more should be read. */
  readonly isFull: () => boolean
  /** The socket was paused for so many milliseconds. */
  readonly onPaused: (ms: number) => void
  /** Resolves when there is room again. */
  readonly room: () => Promise<void>
  /** Asks for an orderly close. */
  readonly signal: AbortSignal
}

const handshakeTimeout = 15_000
// Larger than what Kafka takes: ending the session over such a frame would bring it again, or lose what is behind
// it. So it is read, told of and left out. Beyond this it would be a flood.
const largestFrame = 128 * 1024 * 1024
// How long to wait for the echo of a close frame. Frames that come meanwhile are taken.
const closeTimeout = 5_000
const bodyLimit = 4_096

/** How a session ended, and whether with a close handshake: only then has everything come that was sent. */
export type EndedSession = SessionEnd & { readonly clean: boolean }

/** Runs one session. Never throws: every way to end is a SessionEnd. */
export async function runSession(options: SessionOptions): Promise<EndedSession> {
  const {
    address,
    apiKey,
    roots,
    proxy,
    pingInterval,
    pauseLimit,
    onOpen,
    onFrame,
    onOversize,
    onPong,
    onPaused,
    isFull,
    room,
    signal,
  } = options
  if (signal.aborted) return { kind: 'stopped', clean: true }

  const tunnel = proxy === undefined ? undefined : createTunnel(proxy)
  const reading = createReading(address.startsWith('wss:'))
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${apiKey}` },
    handshakeTimeout,
    maxPayload: largestFrame,
    // Inflating costs ws a factor of twenty in speed, and is a way to be flooded.
    perMessageDeflate: false,
    followRedirects: false,
    // Text that is not UTF-8 would end the session, and come again or be lost. Its bytes are kept like any others.
    skipUTF8Validation: true,
    // The socket behind a tunnel is made by its agent, and reads in Node's own way.
    ...(tunnel === undefined ? { createConnection: reading.connect } : { agent: tunnel.agent }),
    ...(roots !== undefined && { ca: [...getCACertificates('default'), roots] }),
  })
  const by = proxy === undefined ? {} : { proxy: shownProxy(proxy) }
  const ended = Promise.withResolvers<EndedSession>()
  // What we did to the socket ourselves explains its end better than the close event does.
  let cause: SessionEnd | undefined
  let failure: string | undefined
  let opened = false
  let lastSign = performance.now()
  let isPaused = false

  const closeOrderly = (why: SessionEnd): void => {
    cause ??= why
    // The echo of our close can only be read by a socket that is not paused.
    socket.resume()
    socket.close(1000)
    setTimeout(() => socket.terminate(), closeTimeout).unref()
  }

  const pause = async (): Promise<void> => {
    const since = performance.now()
    isPaused = true
    socket.pause()
    const limit = new AbortController()
    const tooLong = sleep(pauseLimit, 'too long', { signal: limit.signal, ref: false }).catch(() => undefined)
    const outcome = await Promise.race([room(), tooLong])
    limit.abort()
    isPaused = false
    lastSign = performance.now()
    onPaused(lastSign - since)
    if (outcome === 'too long') closeOrderly({ kind: 'congested', seconds: Math.round(pauseLimit / 1000) })
    else socket.resume()
  }

  const heartbeat = setInterval(() => {
    if (!opened || isPaused) return
    const silence = performance.now() - lastSign
    if (silence >= 2 * pingInterval) {
      cause ??= { kind: 'silent', seconds: Math.round(silence / 1000) }
      socket.terminate()
    } else socket.ping()
  }, pingInterval)

  socket.on('open', () => {
    opened = true
    lastSign = performance.now()
    onOpen()
    if (signal.aborted) closeOrderly({ kind: 'stopped' })
  })
  socket.on('message', (data: Buffer) => {
    lastSign = performance.now()
    reading.came()
    if (data.length > maxFrameBytes) return onOversize(data)
    onFrame(data)
    // A paused socket still hands out what it had already read; those frames are taken as well. Once we
    // have asked for the close there is no pausing any more: the echo lies behind them.
    if (isFull() && !isPaused && cause === undefined) void pause()
  })
  socket.on('ping', () => {
    lastSign = performance.now()
  })
  socket.on('pong', () => {
    lastSign = performance.now()
    onPong()
  })
  socket.on('unexpected-response', async (request, response) => {
    let body = ''
    try {
      for await (const part of response) {
        body += String(part)
        if (body.length >= bodyLimit) break
      }
    } catch {
      // The status says enough.
    }
    cause ??= { kind: 'refused', status: response.statusCode ?? 0, body: body.slice(0, bodyLimit) }
    // With this listener ws leaves the socket connecting for ever; nothing ends it but this.
    request.destroy()
    ended.resolve({ ...cause, clean: true })
  })
  socket.on('error', error => {
    failure = 'code' in error ? `${error.message} (${String(error.code)})` : error.message
    // ws closes with 1009 then, but tells its own side 1006.
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      cause ??= { kind: 'closed', code: 1009, reason: failure }
    }
  })
  socket.on('close', (code, reason) => {
    // 1006 is what ws says when no close frame has come: what was on its way then may never come again.
    const clean = code !== 1006 || !opened
    const why = failure ?? reason.toString()
    if (cause !== undefined) ended.resolve({ ...cause, clean })
    else if (opened) ended.resolve({ kind: 'closed', code, reason: why, clean })
    else ended.resolve({ kind: 'unreachable', reason: why || `closed with code ${code}`, ...by, clean })
  })

  const onStop = (): void => (opened ? closeOrderly({ kind: 'stopped' }) : stopConnecting())
  const stopConnecting = (): void => {
    cause ??= { kind: 'stopped' }
    socket.terminate()
  }
  signal.addEventListener('abort', onStop, { once: true })
  try {
    return await ended.promise
  } finally {
    clearInterval(heartbeat)
    tunnel?.close()
    signal.removeEventListener('abort', onStop)
  }
}
