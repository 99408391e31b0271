// The window: for how long an id is known. Pure; time comes from records and never from this machine.

/** When an event was accepted: its own time and the time at which the broker appended it, in ms since 1970. */
export interface Remembered {
  /** null where the event has no readable time. */
  readonly eventTime: number | null
  readonly appendTime: number
}

/** Where a partition's two clocks stand. */
export interface Clocks {
  /** The highest event time so far, but never ahead of the append time of the record that brought it. */
  readonly event: number
  /** The highest append time so far. */
  readonly append: number
}

export const clocksBeforeTheFirst: Clocks = {
  event: Number.NEGATIVE_INFINITY,
  append: Number.NEGATIVE_INFINITY,
}

/**
 * The time that stands for an event on the event clock: its own, or its append time where it has none or
 * claims to come from the future. Otherwise one event dated 2100 would end the window of all others, or be
 * remembered for ever.
 */
export function clockTimeOf({ eventTime, appendTime }: Remembered): number {
  return clockTimeAt(eventTime, appendTime)
}

/** The same for times that are in no object: a recovery asks this of millions of ids. */
export function clockTimeAt(eventTime: number | null, appendTime: number): number {
  return eventTime === null || eventTime > appendTime ? appendTime : eventTime
}

/** Both clocks after a record. They never go back, whatever a producer's clock does. */
export function advance(clocks: Clocks, record: Remembered): Clocks {
  const time = clockTimeOf(record)
  if (time <= clocks.event && record.appendTime <= clocks.append) return clocks
  return { event: Math.max(clocks.event, time), append: Math.max(clocks.append, record.appendTime) }
}

/**
 * Whether an accepted event is still within the window: on either clock less than a window has passed.
 * Two clocks, since each fails alone: after an outage the archive brings events that arrived hours ago, but
 * the event clock stood still meanwhile; and late events are older than the event clock, but have only
 * just arrived.
 * @param window in milliseconds; the copy exactly one window later is a new event
 */
export function isLive({ eventTime, appendTime }: Remembered, clocks: Clocks, window: number): boolean {
  return isWithin(eventTime, appendTime, clocks, window)
}

/** The same for times that are in no object. */
export function isWithin(
  eventTime: number | null,
  appendTime: number,
  clocks: Clocks,
  window: number,
): boolean {
  return clocks.event - clockTimeAt(eventTime, appendTime) < window || clocks.append - appendTime < window
}
