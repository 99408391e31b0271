// What the table and JavaScript hand to each other, and what a step over many ids leaves to the next one.

/** Ids of one call at most. */
export const mostIds: i32 = 512
/** As much as an id of a block takes, see `packSeenIds`; an id to look up takes half of it, three words. */
export const bytesPerId: i32 = 24
export const bytesPerWords: i32 = 12
export const idsAt = memory.data(mostIds * bytesPerId, 16)
/** What was found: event time and append time, two floats each. */
export const bytesPerTimes: i32 = 16
export const timesAt = memory.data(mostIds * bytesPerTimes, 16)

/** So many at a time that what they touch stays in the cache until it is needed. */
export const group: i32 = 128
/** The bins of a group. */
const bins = memory.data(group * 4, 16)

export function getBin(at: i32): usize {
  return load<usize>(bins + <usize>at * 4)
}

export function setBin(at: i32, bin: usize): void {
  store<usize>(bins + <usize>at * 4, bin)
}

/**
 * What was read only to have it at hand: what nobody could ask for would not be read. The processor waits for many reads
 * at a time where none of them depends on another; in the midst of comparing and deciding it waits for each of them
 * alone, and in a large table that is nearly all of its time.
 */
export let read: u32 = 0

export function noteRead(all: u32): void {
  read = all
}
