// Writes frames to one WebSocket at a given rate, or as fast as the peer reads, never with more than
// about a megabyte waiting in this process.

import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { Frame } from './frame.ts'
import { sendFrame } from './send-frame.ts'

export interface PumpOptions {
  socket: WebSocket
  /** The stream under the WebSocket; corked, so that many small frames share one TLS record. */
  transport: Duplex
  /** Frames a second; 0 for as fast as the socket takes them. */
  rate: number
  /** The next frame, which is then written at once, or undefined when there is none for now. */
  take(): Frame | undefined
  /** Called whenever there is no frame left and every one taken has reached the kernel. */
  drained(): void
}

export interface Pump {
  /** Frames may be there again. */
  wake(): void
  /** No frame is taken any more. */
  stop(): void
}

const highWaterBytes = 1 << 20
const batchFrames = 64
/** After a hold-up, frames of at most this much time are caught up at once. */
const burstSeconds = 0.5
const tickMs = 10

/** Starts to pump; stops by itself when the socket is no longer open. */
export function startPump(options: PumpOptions): Pump {
  const { socket, transport, rate } = options
  let stopped = false
  let woken = () => {}
  let wakes = 0
  let allowance = 0
  let last = performance.now()

  const isOpen = () => !stopped && socket.readyState === socket.OPEN
  void run()
  return {
    wake,
    stop() {
      stopped = true
      wake()
    },
  }

  function wake(): void {
    wakes++
    woken()
  }

  async function run(): Promise<void> {
    socket.once('close', wake)
    while (isOpen()) {
      const want = batchSize()
      if (want === 0) {
        await sleep(tickMs)
        continue
      }
      const wakesBefore = wakes
      const { count, flushed } = writeBatch(want)
      // Above the mark, wait until the kernel has taken it all. A closed socket calls back too.
      if (socket.bufferedAmount > highWaterBytes) await flushed
      else await new Promise(resolve => setImmediate(resolve))
      if (count < want) await idle(flushed, wakesBefore)
    }
  }

  /** Takes up to so many frames and writes them in one go. */
  function writeBatch(want: number): { count: number; flushed: Promise<void> } {
    let count = 0
    let bytes = 0
    let flushed: Promise<void> = Promise.resolve()
    transport.cork()
    while (count < want && bytes < highWaterBytes && isOpen()) {
      const frame = options.take()
      if (!frame) break
      flushed = new Promise(resolve => sendFrame(socket, frame, resolve))
      count++
      bytes += frame.bytes.length
    }
    transport.uncork()
    return { count: bytes >= highWaterBytes ? want : count, flushed }
  }

  /** There was nothing to take: says so when the socket is empty, and waits to be woken. */
  async function idle(flushed: Promise<void>, wakesBefore: number): Promise<void> {
    await flushed
    if (isOpen()) options.drained()
    // A wake since the last take means that there may be frames by now; waiting would miss them.
    if (!isOpen() || wakes !== wakesBefore) return
    await new Promise<void>(resolve => {
      woken = resolve
    })
  }

  function batchSize(): number {
    if (rate === 0) return batchFrames
    const now = performance.now()
    allowance = Math.min(allowance + ((now - last) / 1000) * rate, Math.max(1, rate * burstSeconds))
    last = now
    const whole = Math.min(Math.floor(allowance), batchFrames)
    allowance -= whole
    return whole
  }
}
