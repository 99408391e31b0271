// Replays a file of events, one a line, in place of a generated plan. Each line is one frame, as it is.

import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { type EventType, eventTypes, idField, type OtherType } from '../events/events.ts'
import { parseTime } from '../times.ts'
import type { Frame, FrameKind, Source } from './frame.ts'

/**
 * Reads a file and gives one source for each type.
 * @param type put every line into this type's stream; by default its shape decides
 * @param firstEventAt time of lines that bear none before the first that does, milliseconds since 1970
 * @throws the error of the file system when the file cannot be read
 */
export async function readReplay(
  file: string,
  firstEventAt: number,
  type?: EventType,
  otherType?: OtherType,
) {
  const lines: Record<EventType, { bytes: Buffer; time: number }[]> = {
    message: [],
    maillog: [],
    audit: [],
    other: [],
  }
  const bytes = await readFile(file)
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    const { object, shape } = look(line)
    const into = lines[type ?? shape]
    // Times must not fall from slot to slot, so a late line takes the time of the one before it.
    const before = into.at(-1)?.time ?? firstEventAt
    const own = typeof object?.ts === 'string' ? parseTime(object.ts) : undefined
    into.push({ bytes: line, time: into.length === 0 ? (own ?? before) : Math.max(own ?? before, before) })
    start = end + 1
  }
  const sources = eventTypes.map(each => [each, createSource(lines[each], each, otherType)])
  return Object.fromEntries(sources) as Record<EventType, Source>
}

function createSource(
  lines: { bytes: Buffer; time: number }[],
  type: EventType,
  otherType?: OtherType,
): Source {
  return {
    length: lines.length,
    frame: slot => frameOf(lines[slot]?.bytes ?? Buffer.alloc(0), type, otherType),
    timeOf: slot => lines[slot]?.time ?? 0,
    origin: slot => slot,
    slotAt: position => position,
  }
}

/** A frame of bytes from outside: its kind is found by looking. */
export function frameOf(bytes: Buffer, type: EventType, otherType?: OtherType): Frame {
  return { bytes, kind: kindOf(look(bytes).object, idField(type, otherType)), binary: !isUtf8(bytes) }
}

function kindOf(object: Record<string, unknown> | undefined, field: string): FrameKind {
  if (!object) return 'junk'
  const id = object[field]
  return typeof id === 'string' && id !== '' ? 'event' : 'noId'
}

/** The line as a JSON object, if it is one, and the type of event that its fields tell of. */
function look(line: Buffer): { object?: Record<string, unknown>; shape: EventType } {
  let parsed: unknown
  try {
    parsed = JSON.parse(line.toString())
  } catch {
    return { shape: 'message' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { shape: 'message' }
  const object = parsed as Record<string, unknown>
  if ('audit' in object) return { object, shape: 'audit' }
  if ('sm' in object || ('pps' in object && 'data' in object)) return { object, shape: 'maillog' }
  return { object, shape: 'message' }
}
