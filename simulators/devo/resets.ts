// When the Devo simulator resets a connection: after a drawn number of bytes, or on command. Pure.
// Bytes are counted over all connections: a sender that opens a new one every megabyte would else
// never come to the end of two.

import type { Random } from '../random.ts'

export interface ResetPlan {
  /**
   * So many bytes arrived on one connection.
   * @returns how many of them to read before resetting it; undefined for all and no reset
   */
  received(bytes: number): number | undefined
  /** Resets whichever connection receives the last of so many bytes from now on. */
  command(bytes: number): void
}

/**
 * Makes the plan.
 * @param mean a reset comes after half to one and a half times as many bytes; 0: only on command
 * @param times so many drawn resets at most
 */
export function createResetPlan(mean: number, times: number, random: Random): ResetPlan {
  let drawn = 0
  let left = draw()
  let commanded: number[] = []

  function draw(): number {
    if (mean <= 0 || drawn >= times) return Number.POSITIVE_INFINITY
    drawn++
    return Math.ceil(mean * (0.5 + random.next()))
  }

  return {
    received(bytes) {
      const due = Math.min(left, ...commanded)
      if (due > bytes) {
        left -= bytes
        commanded = commanded.map(each => each - bytes)
        return undefined
      }
      // What lies behind the cut never arrives, so it does not count for the next reset either.
      left = left === due ? draw() : left - due
      const first = commanded.indexOf(due)
      commanded = commanded.filter((_, index) => index !== first).map(each => each - due)
      return due
    },
    command: bytes => void commanded.push(bytes),
  }
}
