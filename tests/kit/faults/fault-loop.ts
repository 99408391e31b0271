// One fault after the other, drawn from a seed, until the minutes are over or so many have fallen; a line for each.

import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom, type Random } from '@podpipe/simulators/random.ts'

/** What faults fall on. */
export interface UnderFaults<Fault> {
  /** Does it, and brings back what it took away. @returns false when its moment did not come */
  commit(fault: Fault): Promise<boolean>
  /** Waits until all that had to be done by now is done. @returns how long that took, in ms */
  recovered(): Promise<number>
}

/** Runs it and prints what fell. @returns the minutes that it took */
export async function faultLoop<Fault extends { readonly kind: string }>(options: {
  readonly run: UnderFaults<Fault>
  readonly draw: (random: Random) => Fault
  readonly sentenceOf: (fault: Fault) => string
  readonly onFallen?: (fault: Fault) => void
  readonly seed: number
  readonly minutes: number
  readonly most: number | undefined
}): Promise<number> {
  const { run, draw, sentenceOf, onFallen, seed, minutes, most } = options
  const random = createRandom(seed)
  const done = new Map<string, number>()
  const begun = performance.now()
  const minutesSince = (): number => (performance.now() - begun) / 60_000
  let fallen = 0
  const goesOn = (): boolean => (most === undefined ? minutesSince() < minutes : fallen < most)
  for (let number = 1; goesOn(); number++) {
    const fault = draw(random)
    // Now and then the next one comes while there is still to do with this one.
    const waits = random.chance(0.8)
    const pause = random.below(200)
    const fell = await run.commit(fault)
    count(done, fell ? fault.kind : 'fault whose moment did not come')
    if (fell) {
      fallen++
      onFallen?.(fault)
    }
    const after = waits ? `all done after ${Math.round(await run.recovered())} ms` : 'not waited for'
    console.log(`#${number} ${sentenceOf(fault)}${fell ? '' : ': did not come'}; ${after}`)
    await sleep(pause)
  }
  console.log(`${listOf(done)}, in ${minutesSince().toFixed(1)} minutes`)
  return minutesSince()
}

export function count(times: Map<string, number>, what: string): void {
  times.set(what, (times.get(what) ?? 0) + 1)
}

export function listOf(times: ReadonlyMap<string, number>): string {
  return [...times].map(([what, number]) => `${number} ${what}`).join(', ')
}
