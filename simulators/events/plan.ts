// The plan of one type's stream: which slot holds an event, an exact copy, junk or an object without id,
// and in which order live mode sends them. All follows from the seed, slot by slot. Pure.

import { isUtf8 } from 'node:buffer'
import type { Frame, FrameKind, Source } from '../proofpoint/frame.ts'
import { createRandom } from '../random.ts'
import { type Events, type EventType, eventTypes } from './events.ts'
import { junk } from './junk.ts'

export interface PlanShares {
  /** Share of slots that repeat an earlier event byte for byte. */
  duplicates: number
  /** Share of slots that live mode sends at another place, within a window of 64. */
  disorder: number
  /** Share of slots that hold no JSON object. */
  junk: number
  /** Share of slots that hold a JSON object without an id. */
  noId: number
}

export interface PlanOptions extends PlanShares {
  type: EventType
  /** Frames in all, copies and junk included. */
  length: number
  seed: number
  /** Time of the first slot, milliseconds since 1970, and the distance of slots in milliseconds. */
  firstEventAt: number
  spacingMs: number
}

/** A copy follows its original by at most so many slots. */
const copyDistance = 500
/** Disorder moves a frame by less than this many positions. */
const disorderWindow = 64

/** Makes the plan; it holds no frames, and asking for one costs the time to generate it. */
export function createPlan(options: PlanOptions, events: Events): Source {
  const { type, length, seed } = options
  const stream = eventTypes.indexOf(type)
  const timeOf = (slot: number) => Math.floor(options.firstEventAt + slot * options.spacingMs)
  const content = createContents(options, stream)
  let block = { start: -1, slots: [0] }

  return {
    length,
    timeOf,
    origin: slot => content(slot).slot,
    frame(slot): Frame {
      const { slot: origin, kind } = content(slot)
      const bytes = make(kind, origin)
      return { bytes, kind, binary: kind === 'junk' && !isUtf8(bytes) }
    },
    slotAt(position) {
      const start = position - (position % disorderWindow)
      if (block.start !== start) {
        const size = Math.min(disorderWindow, length - start)
        block = { start, slots: shuffled(seed, stream, start, size, options.disorder) }
      }
      return block.slots[position - start] ?? position
    },
  }

  function make(kind: FrameKind, slot: number): Buffer {
    if (kind === 'event') return events.event(type, slot, timeOf(slot))
    if (kind === 'noId') return events.withoutId(type, slot, timeOf(slot))
    return junk(createRandom(seed, stream + 32, slot), events.event(type, slot, timeOf(slot)))
  }
}

/** Gives the function slot -> (slot of the original, kind), without memory of other slots. */
function createContents(shares: PlanOptions, stream: number) {
  function draw(slot: number): { fate: FrameKind | 'copy'; back: number } {
    const random = createRandom(shares.seed, stream + 16, slot)
    const value = random.next()
    const back = 1 + random.below(Math.min(slot, copyDistance))
    if (value < shares.duplicates) return { fate: slot === 0 ? 'event' : 'copy', back }
    if (value < shares.duplicates + shares.junk) return { fate: 'junk', back: 1 }
    if (value < shares.duplicates + shares.junk + shares.noId) return { fate: 'noId', back: 1 }
    return { fate: 'event', back: 1 }
  }

  return (slot: number): { slot: number; kind: FrameKind } => {
    let at = slot
    let { fate, back } = draw(at)
    if (fate !== 'copy') return { slot, kind: fate }
    // A copy of a copy is a copy of its original. Junk is not copied: the next event before it is.
    while (at > 0) {
      at -= back
      ;({ fate, back } = draw(at))
      if (fate === 'event' || fate === 'noId') return { slot: at, kind: fate }
    }
    return { slot, kind: 'event' }
  }
}

/** The slots of one window in the order of sending: the chosen ones change places among themselves. */
function shuffled(seed: number, stream: number, start: number, size: number, share: number): number[] {
  const random = createRandom(seed, stream + 48, start)
  const slots = Array.from({ length: size }, (_, i) => start + i)
  const places = slots.map((_, i) => i).filter(() => random.chance(share))
  for (let i = places.length - 1; i > 0; i--) {
    const a = places[i] ?? 0
    const b = places[random.below(i + 1)] ?? 0
    const held = slots[a] ?? 0
    slots[a] = slots[b] ?? 0
    slots[b] = held
  }
  return slots
}

/**
 * Splits a total over the types as a real tenant's hour did (about two maillog events to one message,
 * few audits): 30, 65 and 5 percent.
 */
export function split(total: number): Record<EventType, number> {
  const message = Math.floor(total * 0.3)
  const audit = Math.floor(total * 0.05)
  return { message, audit, maillog: total - message - audit, other: 0 }
}
