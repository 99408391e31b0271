// The generator of simulated events: (seed, type, index) gives the bytes of one event, always the same.
// Nothing is kept, so a run of any length costs no memory. Pure.

import { createRandom, type Random } from '../random.ts'
import { audit } from './audit.ts'
import { maillog } from './maillog.ts'
import { message } from './message.ts'

/** `other` is one further type under a name of its own; there is none unless the options name it. */
export const eventTypes = ['message', 'maillog', 'audit', 'other'] as const
export type EventType = (typeof eventTypes)[number]

/** A type that the documents do not know. */
export interface OtherType {
  /** What a client asks for. */
  name: string
  /** The field that identifies an event, and the one with its time. */
  idField: string
  timeField: string
}

export interface EventOptions {
  /** Offer one further type of event. */
  otherType?: OtherType
  /** Cluster id written into every event. */
  cluster?: string
  /** Share of messages of 30 to 300 kB. Default 0. */
  heavyTail?: number
  /** Share of messages of 1.1 to 3 MB. Default 0. */
  oversize?: number
  /** Share of maillog events that end with a line feed. Default 0.5. */
  maillogNewline?: number
  /** Share of events written over many lines, with line feeds between the fields. Default 0. */
  multiline?: number
}

export interface Events {
  /**
   * The bytes of one event.
   * @param at the event's own time, milliseconds since 1970
   */
  event(type: EventType, index: number, at: number): Buffer
  /** The same, but without the field that identifies an event of this type. */
  withoutId(type: EventType, index: number, at: number): Buffer
}

/** Makes a generator. The same seed, type, index and time give the same bytes in every process. */
export function createEvents(seed: number, options: EventOptions = {}): Events {
  const { cluster = 'simulated_hosted', heavyTail = 0, oversize = 0 } = options
  const { maillogNewline = 0.5, multiline = 0 } = options

  function build(random: Random, type: EventType, at: number): Record<string, unknown> {
    if (type === 'audit') return audit(random, at, cluster)
    if (type === 'other') return other(audit(random, at, cluster))
    if (type === 'maillog') return maillog(random, at, cluster)
    const draw = random.next()
    if (draw < oversize) return message(random, at, cluster, 1_100_000 + random.below(1_900_000))
    if (draw < oversize + heavyTail) return message(random, at, cluster, 30_000 + random.below(270_000))
    return message(random, at, cluster, 0)
  }

  function other({ guid, ts, ...rest }: Record<string, unknown>): Record<string, unknown> {
    const { idField: id = 'guid', timeField: time = 'ts' } = options.otherType ?? {}
    return { ...rest, [id]: guid, [time]: ts }
  }

  function write(type: EventType, index: number, at: number, identified: boolean): Buffer {
    const random = createRandom(seed, eventTypes.indexOf(type), index)
    const event = build(random, type, at)
    if (!identified) delete event[idField(type, options.otherType)]
    const json = awkward(random, JSON.stringify(event, null, random.chance(multiline) ? 2 : 0))
    return Buffer.from(type === 'maillog' && random.chance(maillogNewline) ? `${json}\n` : json)
  }

  return {
    event: (type, index, at) => write(type, index, at, true),
    withoutId: (type, index, at) => write(type, index, at, false),
  }
}

/** The field that identifies an event of a type. */
export function idField(type: EventType, otherType: OtherType | undefined): string {
  if (type === 'other') return otherType?.idField ?? 'guid'
  return type === 'maillog' ? 'id' : 'guid'
}

/**
 * Now and then writes valid JSON as JSON.stringify never would: escaped non-ASCII, escaped slashes, 1.0.
 * Whoever parses and writes an event anew changes such bytes, and is found out by their hash.
 */
function awkward(random: Random, json: string): string {
  const draw = random.next()
  if (draw < 0.05) return json.replace(/[^\0-\x7f]/g, unit => `\\u${hex4(unit.charCodeAt(0))}`)
  if (draw < 0.08) return json.replaceAll('://', ':\\/\\/').replaceAll('smtp:smtp', 'smtp\\u003asmtp')
  if (draw < 0.11) return json.replace(/"durationSecs":[0-9.e-]+/, '"durationSecs":1.0')
  return json
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0')
}
