// How much an output takes in, and how much of it a stretch may carry: as it is configured, and otherwise while it is to
// be found out whether a silent peer hangs or never answers. Pure.

import type { Room } from '../frames/backlog.ts'
import type { StretchLimits } from '../frames/stretch.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import { readingBytes } from './silence.ts'

type Limits = PeerOutputOptions['limits']

/** `asked`: the peer is silent; `tried`: it would be believed to be one that never answers, if it is seen to read. */
export type Doubt = 'none' | 'asked' | 'tried'

export const defaultOutstanding = 4

/**
 * What is enough for full speed, however many stretches it would be the room for: one that is being written, and one
 * whose end is awaited.
 */
const usualRoomBytes = 7.5 * 1024 * 1024

/** A frame that no longer fits must not leave a trial short of what it takes. */
const trialBytes = readingBytes + 1024 * 1024

/** How much may be accepted and not confirmed. */
export function roomsOf(limits: Limits): Readonly<Record<Doubt, Room>> {
  const stretches = (limits.outstanding ?? defaultOutstanding) + 1
  const most = limits.maxBufferedBytes ?? Number.POSITIVE_INFINITY
  const bytes = Math.min(limits.stretchBytes * stretches, Math.max(usualRoomBytes, limits.stretchBytes * 2))
  const usual = { frames: limits.stretchEvents * stretches, bytes: Math.min(bytes, most) }
  const trial = { frames: Number.POSITIVE_INFINITY, bytes: Math.min(Math.max(bytes, trialBytes), most) }
  return { none: usual, asked: usual, tried: trial }
}

/**
 * What the next stretch may carry. A silent peer is asked with one event, so that no more than that comes twice; where
 * enough is waiting, it is tried with so much that only one that reads can acknowledge it.
 * @param waitingBytes accepted, and on no connection
 */
export function stretchLimitsOf(limits: Limits, doubt: Doubt, waitingBytes: number): StretchLimits {
  if (doubt === 'none') return limits
  if (doubt === 'tried' && waitingBytes >= trialBytes)
    return { ...limits, stretchEvents: Number.POSITIVE_INFINITY, stretchBytes: trialBytes }
  return { ...limits, stretchEvents: 1 }
}
