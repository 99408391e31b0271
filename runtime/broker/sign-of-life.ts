// A file that its owner touches again and again, for whoever cannot look the owner up: in another container, or on another host,
// the id of a process says nothing. Only changes are looked at: the clocks of two hosts may differ.

import { statSync, utimesSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** How often the owner touches the file, and how long one who finds it untouched takes the owner for alive, in ms. */
export interface Rhythm {
  readonly every: number
  readonly patience: number
}

export const usualRhythm: Rhythm = { every: 1_000, patience: 3_000 }

const pollMs = 50

/**
 * Touches the file until it is told to end.
 * @param isOurs asked each time: what somebody else has taken over speaks for him
 */
export function giveSigns(file: string, isOurs: () => boolean, { every }: Rhythm): () => void {
  const timer = setInterval(() => {
    try {
      if (isOurs()) utimesSync(file, new Date(), new Date())
    } catch {
      // The file is gone, or the disk cannot be written; whoever needs it tells that.
    }
  }, every)
  timer.unref()
  return () => clearInterval(timer)
}

/** Whether somebody touches the file; one who stands still for longer than the patience passes for dead. */
export async function givesSigns(file: string, { patience }: Rhythm): Promise<boolean> {
  const touched = (): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs
  const before = touched()
  const end = performance.now() + patience
  while (performance.now() < end) {
    await delay(pollMs)
    if (touched() !== before) return touched() !== undefined
  }
  return false
}
