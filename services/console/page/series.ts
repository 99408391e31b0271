// Samples as the lines of a chart. Pure.

import type { Sample } from '@podpipe/operations/picture/sample.ts'

/** From one sample to the next, as a rule. */
export const stepMs = 10_000

/** With one sample more, if the last is old enough; without those that are too old. */
export function joined(
  samples: readonly Sample[],
  next: Sample,
  everyMs: number,
  reachMs: number,
): readonly Sample[] {
  const last = samples.at(-1)
  if (last !== undefined && next.at - last.at < everyMs) return samples
  return [...samples.filter(({ at }) => next.at - at <= reachMs), next]
}

const reaches = [5, 10, 15, 30, 60, 180, 360, 720].map(minutes => minutes * 60)

/**
 * How far back a chart reaches, in seconds: no farther than there is something to see, in steps, so that it is not drawn anew at
 * each sample.
 * @param most what was asked for
 */
export function reachOf(samples: readonly Sample[], most: number): number {
  const known = ((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)) / 1_000
  return Math.min(most, reaches.find(each => each >= known) ?? most)
}

/** Times in seconds, and the values of each name; a gap in time is one in the lines. */
export function linesOf(
  samples: readonly Sample[],
  names: readonly string[],
): { readonly times: number[]; readonly values: (number | null)[][] } {
  const usual = usualStep(samples)
  const rows = samples.flatMap((sample, at): (Sample | { at: number; figures: Sample['figures'] })[] => {
    const before = samples[at - 1]
    // Half of the way through it: without a row of its own a line would be drawn across.
    const isGap = before !== undefined && sample.at - before.at > usual * 3
    return isGap ? [{ at: (before.at + sample.at) / 2, figures: {} }, sample] : [sample]
  })
  return {
    times: rows.map(({ at }) => at / 1_000),
    values: names.map(name => rows.map(({ figures }) => figures[name] ?? null)),
  }
}

// Of a day only every so many samples come.
function usualStep(samples: readonly Sample[]): number {
  const steps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at))
  return Math.max(stepMs, steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? stepMs)
}
