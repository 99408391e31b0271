// Takes pictures: asks the services, and keeps the look before to tell rates from.

import { figuresOf, type Look } from '@podpipe/operations/figures/figures.ts'
import { lookAt } from '@podpipe/operations/figures/look.ts'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { placesOf, type StatusPlace } from '@podpipe/operations/status/places.ts'
import { processesAt } from '@podpipe/operations/status/resolved.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'

// Names are looked up again now and then: processes come and go behind them.
const resolvedForMs = 5_000
// Rates over a longer time than this would hide what is happening now.
const memoryMs = 15_000

/** @returns what takes the next picture */
export function createTakePicture(config: LiveConfig): () => Promise<Picture> {
  let before: Look | undefined
  let known:
    | {
        readonly services: readonly string[]
        readonly until: number
        readonly places: readonly StatusPlace[]
      }
    | undefined

  async function places(): Promise<readonly StatusPlace[]> {
    const { services } = config.current.console
    if (services.length === 0) return placesOf(config.current, [])
    if (known?.services !== services || known.until < performance.now()) {
      known = { services, until: performance.now() + resolvedForMs, places: await processesAt(services) }
    }
    return known.places
  }

  return async () => {
    const look = await lookAt(await places())
    const figures = figuresOf(
      look,
      before !== undefined && look.at - before.at < memoryMs ? before : undefined,
    )
    before = look
    return { at: new Date().toISOString(), ...figures }
  }
}
