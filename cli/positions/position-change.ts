// What a position is after a person has set it. Pure.

import type { ArchiveHour, Position } from '@podpipe/schemas/records.ts'

const hour = 3_600_000

/**
 * The position that takes everything up to `to` for received, and nothing after it.
 *
 * A step back: the server knows nothing of it and would resume where the last session ended, so the hours
 * between are put on the list for the archive, and the session is in doubt from `to` on. A step forward: what
 * lies between is given up. Hours that were on the list before stay there either way, as do the gaps.
 * @param previous undefined when nothing was stored, or nothing that can be read
 * @param to milliseconds since 1970
 * @param startTime of the configuration. Without a previous position it is taken for dealt with: who names a
 * time to go on from does not want another one to win at the next start
 */
export function positionAt(
  previous: Position | undefined,
  session: { readonly cluster: string; readonly service: string },
  to: number,
  startTime: string | undefined,
): Position {
  if (previous === undefined) {
    return {
      received_at: to,
      cluster: session.cluster,
      service: session.service,
      connection: '',
      sequence: -1,
      start_time: startTime ?? null,
      reconciled_to: null,
      clean: false,
      todo: [],
      gaps: [],
    }
  }
  const isBack = to < previous.received_at
  return {
    ...previous,
    // A position of an older version does not say whose it is.
    cluster: session.cluster,
    service: session.service,
    received_at: to,
    clean: !isBack,
    todo: isBack ? withHours(previous.todo, to, previous.received_at) : previous.todo,
  }
}

function withHours(todo: readonly ArchiveHour[], from: number, until: number): ArchiveHour[] {
  const known = new Map(todo.map(each => [each.hour, each]))
  for (let each = Math.floor(from / hour) * hour; each <= until; each += hour) {
    if (!known.has(each)) known.set(each, { hour: each, why: 'outage' })
  }
  return [...known.values()].sort((a, b) => a.hour - b.hour)
}

/** The change as a sentence for the person who confirms it. */
export function sentenceOf(session: string, previous: Position | undefined, to: number): string {
  const time = new Date(to).toISOString()
  if (previous === undefined) {
    return `${session} has no position; it would go on from ${time}, with live data, and the archive for what is missing since.`
  }
  const was = new Date(previous.received_at).toISOString()
  if (to < previous.received_at) {
    return `${session} goes back from ${was} to ${time}: the hours between are fetched again from the archive, and events that dedup no longer remembers are delivered once more.`
  }
  if (to > previous.received_at) {
    return `${session} goes forward from ${was} to ${time}: what was offered between and has not been received is given up.`
  }
  return `${session} stays at ${time}, and its last session counts as ended in order.`
}
