// One connection at the Devo simulator: reads and counts, and ends in the way that the rules say.

import type { Socket } from 'node:net'
import { createRecordSplitter } from './records.ts'
import type { Tally } from './tally.ts'

/**
 * How the simulator answers the peer's end of stream, having read all before it.
 * `clean`: close_notify and FIN; on plain TCP FIN. `bare-fin`: FIN alone, as the vendor's SDK ends its own side.
 * `never`: not at all.
 */
export type Ending = 'clean' | 'bare-fin' | 'never'

export interface PeerRules {
  ending: Ending
  /** Close a connection on which nothing was received for so many milliseconds; 0: never. */
  idleCloseMs: number
  /** Read at most about so many bytes a second; 0: no limit. */
  bytesPerSecond: number
}

export interface PeerContext {
  socket: Socket
  raw: Socket
  rules: PeerRules
  tally: Tally
  /** Told of every chunk's length; how many of its bytes to read before a reset, or undefined for all of them. */
  received(bytes: number): number | undefined
  isStalled: () => boolean
  count(what: 'resets' | 'ends' | 'idleCloses'): void
}

export interface Peer {
  reset(): void
  /** Reads no more until `resume`. */
  stall(): void
  resume(): void
}

/** Takes over a connection whose handshake is done. */
export function servePeer(context: PeerContext): Peer {
  const { socket, raw, rules, tally } = context
  const splitter = createRecordSplitter(tally)
  /** The stream is over, one way or another; what still comes out of the TLS layer is not looked at. */
  let over = false
  let rest: NodeJS.Timeout | undefined

  socket.on('data', read)
  socket.on('end', answerEnd)
  // A reset by the peer comes as an error; 'close' follows and ends the count.
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(rest)
    finish()
  })
  if (rules.idleCloseMs > 0) socket.setTimeout(rules.idleCloseMs, closeIdle)
  if (context.isStalled()) socket.pause()

  return {
    reset,
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
  }

  function read(chunk: Buffer): void {
    if (over) return
    const cut = context.received(chunk.length)
    splitter.push(cut === undefined ? chunk : chunk.subarray(0, cut))
    if (cut !== undefined) reset()
    else if (rules.bytesPerSecond > 0) slowDown(chunk.length)
  }

  function slowDown(bytes: number): void {
    socket.pause()
    const delay = (bytes / rules.bytesPerSecond) * 1000
    rest = setTimeout(() => !context.isStalled() && socket.resume(), delay)
  }

  /** All bytes before the peer's end have been counted when this is called; only then may it be answered. */
  function answerEnd(): void {
    if (over) return
    finish()
    context.count('ends')
    if (rules.ending === 'clean') socket.end()
    // A FIN written under the TLS layer, which therefore has no chance to say close_notify.
    if (rules.ending === 'bare-fin') raw.end(() => socket.destroy())
  }

  function closeIdle(): void {
    if (over) return
    context.count('idleCloses')
    socket.end()
  }

  function reset(): void {
    if (over) return
    finish()
    context.count('resets')
    raw.resetAndDestroy()
  }

  function finish(): void {
    if (over) return
    over = true
    if (splitter.end() > 0) tally.tornTail()
  }
}
