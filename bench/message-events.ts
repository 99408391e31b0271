// Message events of a usual size, each with an id of its own that says its number, for benchmarks.

import { createEvents } from '@podpipe/simulators/events/events.ts'

/** Proofpoint's message events are about 3.7 kB; the simulator's vary more. */
const usualSize = { least: 3_300, most: 4_500 }
const candidates = 3_000

/** What stands before an event's id, and how many characters at the beginning of the id are its number, in base 36. */
export const idStart = '"guid":"'
export const idDigits = 10

/** Bodies to make events of; the same ones for the same time. */
export function usualEvents(time: number): Buffer[] {
  const events = createEvents(1)
  return Array.from({ length: candidates }, (_, at) => events.event('message', at, time)).filter(
    ({ length }) => usualSize.least <= length && length <= usualSize.most,
  )
}

/** An event with an id of its own. To make each one from scratch would take longer than all the rounds. */
export function eventOf(bodies: readonly Buffer[], sequence: number): Buffer {
  const event = Buffer.from(bodies[sequence % bodies.length] ?? '')
  event.write(idOf(sequence), event.indexOf(idStart) + idStart.length, 'latin1')
  return event
}

const idOf = (sequence: number): string => sequence.toString(36).padStart(idDigits, '0')

/** The same bodies with the id in front of everything else, so that whoever counts them finds it at once. */
export function idFirst(body: Buffer): Buffer {
  const { guid, ...rest } = JSON.parse(String(body))
  return Buffer.from(JSON.stringify({ guid, ...rest }))
}

/**
 * The number in an event's id.
 * @param at where the event begins with it
 * @returns NaN where no number stands there
 */
export function sequenceAt(bytes: Buffer, at: number): number {
  let sequence = 0
  for (let each = at; each < at + idDigits; each++) {
    const code = bytes[each] ?? 0
    const digit =
      code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x7a ? code - 0x57 : Number.NaN
    sequence = sequence * 36 + digit
  }
  return sequence
}
