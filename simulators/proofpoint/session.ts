// One open session of the Proofpoint simulator: which frame goes next, and what its end does
// to the position that the server keeps for (token, type).

import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { EventType } from '../events/events.ts'
import { createRandom } from '../random.ts'
import { closeWith, cutInside, type DropManner } from './drop.ts'
import type { Feed } from './feed.ts'
import type { Frame } from './frame.ts'
import type { Ledger } from './ledger.ts'
import { archiveEnd, firstSlotAt, liveStart, type Range } from './position.ts'
import { startPump } from './pump.ts'
import type { SessionRules } from './rules.ts'
import { sendFrame } from './send-frame.ts'
import { createTrail } from './trail.ts'

/** What the server remembers of one token and type between sessions. */
export interface Line {
  /** The next position of live mode. */
  position: number
  /** When the last live session ended, milliseconds since 1970. */
  leftAt: number | undefined
  session: Session | undefined
  /** Until then the old session counts as open, milliseconds since 1970. */
  lockedUntil: number
}

export interface Session {
  readonly type: EventType
  readonly mode: 'live' | 'archive'
  /** Frames written on this session. */
  readonly sent: number
  drop(manner: DropManner): void
  /** Sends a frame that belongs to no stream, at once. */
  interject(frame: Frame): void
  /** There may be new frames, or offering goes on. */
  wake(): void
}

export interface SessionContext {
  socket: WebSocket
  /** The TLS socket under the WebSocket, and the plain one under that. */
  transport: Socket
  raw: Socket | undefined
  type: EventType
  archive: Range | undefined
  line: Line
  feed: Feed
  ledger: Ledger
  rules: SessionRules
  clock: () => number
  isPaused: () => boolean
  /** A slot was sent for the first time or again. */
  progressed(): void
  ended(clean: boolean): void
}

const readingPingMs = 250
const readingPing = 'read so far?'
const missesSeed = 7
const tailMs = 1000
const punctualMs = 10

/** Starts to send on a socket whose handshake is done; takes possession of the line. */
export function openSession(context: SessionContext): Session {
  const { socket, transport, type, archive, line, feed, rules, clock } = context
  const timers: NodeJS.Timeout[] = []
  let sent = 0
  let over = false

  const startedAt = clock()
  if (!archive) {
    const leftAt = line.leftAt ?? (rules.firstSessionHour ? Number.NEGATIVE_INFINITY : undefined)
    line.position = liveStart(feed, line.position, leftAt, startedAt)
  }
  const trail = createTrail(line.position, startedAt, rules.repeatAfterUncleanEndMs)
  const first = archive ? firstSlotAt(feed, archive.since) : 0
  let cursor = first

  const idle = watchIdleness()
  const pump = startPump({ socket, transport, rate: rules.rate, take, drained })
  if (!archive && rules.repeatAfterUncleanEndMs > 0) watchReading()
  if (archive && rules.archiveTail) timers.push(setInterval(pump.wake, tailMs))
  if (!archive && rules.punctual) timers.push(setInterval(pump.wake, punctualMs))
  if (rules.pingMs > 0) timers.push(setInterval(() => ping(''), rules.pingMs))

  // An error is always followed by 'close'; ws then gives a code of its own that no peer has sent.
  let failed = false
  socket.on('error', () => {
    failed = true
  })
  socket.on('close', code => end(code !== 1006 && !failed))

  const session: Session = {
    type,
    mode: archive ? 'archive' : 'live',
    get sent() {
      return sent
    },
    drop,
    interject(frame) {
      sendFrame(socket, note(dressed(frame, rules)), () => {})
    },
    wake: pump.wake,
  }
  line.session = session
  return session

  function take(): Frame | undefined {
    if (context.isPaused()) return undefined
    const slot = archive ? nextOfArchive(archive) : nextOfLive()
    if (slot === undefined) return undefined
    const frame = note(dressed(feed.frame(slot), rules))
    feed.markSent(slot)
    context.progressed()
    return frame
  }

  function note(frame: Frame): Frame {
    context.ledger.record(type, frame.kind, frame.bytes)
    sent++
    idle?.refresh()
    return frame
  }

  function nextOfLive(): number | undefined {
    while (line.position < feed.length) {
      const slot = feed.slotAt(line.position)
      if (rules.punctual && feed.timeOf(slot) > clock()) return undefined
      trail.wrote(line.position, clock())
      line.position++
      if (rules.liveMisses === 0 || !createRandom(missesSeed, 0, slot).chance(rules.liveMisses)) return slot
    }
    return undefined
  }

  function nextOfArchive(range: Range): number | undefined {
    const end = archiveEnd(range, clock())
    while (cursor < feed.length && feed.timeOf(cursor) < end) {
      const slot = cursor++
      // A copy of an event from before the window does not belong into it.
      if (feed.origin(slot) >= first) return slot
    }
    return undefined
  }

  function drained(): void {
    if (!archive || context.isPaused()) return
    if (rules.archiveTail && archive.to === undefined) return
    socket.close(1000)
  }

  /** Learns by pings how far the peer has read: it answers one after all frames before it. */
  function watchReading(): void {
    let asked = startedAt
    let answered = true
    timers.push(
      setInterval(() => {
        if (!answered || socket.readyState !== socket.OPEN) return
        answered = false
        asked = clock()
        ping(readingPing)
      }, readingPingMs),
    )
    socket.on('pong', data => {
      if (answered || data.toString() !== readingPing) return
      answered = true
      trail.read(asked)
    })
  }

  /** Whatever the peer sends of itself, and every frame to it, keeps the session open. */
  function watchIdleness(): NodeJS.Timeout | undefined {
    if (rules.idleDropMs === 0) return undefined
    const timer = setTimeout(() => closeWith(socket, rules.idleCloseCode || 1006), rules.idleDropMs)
    timers.push(timer)
    socket.on('message', () => timer.refresh())
    socket.on('ping', () => timer.refresh())
    socket.on('pong', data => void (data.toString() === readingPing || timer.refresh()))
    return timer
  }

  function drop(manner: DropManner): void {
    if (manner === 'close') closeWith(socket, 1001)
    else if (typeof manner === 'number') closeWith(socket, manner)
    else if (manner === 'reset' && context.raw) context.raw.resetAndDestroy()
    else if (manner === 'cut' && context.raw) {
      // The frame that is cut counts as sent, as it does for Proofpoint: live mode goes on behind it.
      const { bytes } = take() ?? { bytes: Buffer.alloc(100, ' ') }
      pump.stop()
      cutInside(transport, context.raw, bytes)
    } else {
      socket.pause()
      end(false)
    }
  }

  function ping(data: string): void {
    if (socket.readyState === socket.OPEN) socket.ping(data)
  }

  function end(clean: boolean): void {
    if (over) return
    over = true
    pump.stop()
    for (const timer of timers) clearInterval(timer)
    line.session = undefined
    if (!clean) line.lockedUntil = clock() + rules.lingerMs
    if (!archive) {
      line.leftAt = clock()
      if (!clean && rules.repeatAfterUncleanEndMs > 0) line.position = trail.rewind()
    }
    context.ended(clean)
  }
}

/** The frame as the switches want it on the wire. */
function dressed(frame: Frame, rules: SessionRules): Frame {
  const addLineFeed = rules.trailingNewline && frame.bytes.at(-1) !== 10
  const bytes = addLineFeed ? Buffer.concat([frame.bytes, Buffer.from('\n')]) : frame.bytes
  return {
    bytes,
    kind: frame.kind,
    binary: frame.binary || rules.binary,
    fragments: frame.fragments ?? rules.fragments,
  }
}
