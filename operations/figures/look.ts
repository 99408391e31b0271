// Looks at services: asks each what it says of itself, and for its metrics.

import { askStatus } from '../status/ask.ts'
import type { StatusPlace } from '../status/places.ts'
import type { Look } from './figures.ts'
import { type Sample, samplesIn } from './samples.ts'

const patienceMs = 2_000

/** One that does not answer is in the look as well, with why, and without metrics. */
export async function lookAt(places: readonly StatusPlace[]): Promise<Look> {
  const services = await Promise.all(
    places.map(async ({ name, address }) => {
      const [answer, samples] = await Promise.all([askStatus(name, address), askSamples(address)])
      return { answer, samples }
    }),
  )
  return { at: performance.now(), services }
}

/** None where nobody answers; the status says why. */
async function askSamples(address: string): Promise<Sample[]> {
  try {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(patienceMs) })
    return response.ok ? samplesIn(await response.text(), isOfFigures) : []
  } catch {
    return []
  }
}

/** Whether a figure may be made of it. */
const isOfFigures = (line: string): boolean =>
  line.startsWith('podpipe_') ? !line.includes('_bucket{') : line.startsWith('process_')
