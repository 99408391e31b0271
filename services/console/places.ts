// Where the services answer that the console watches, as the configuration says it now.

import { placesOf, type StatusPlace } from '@podpipe/operations/status/places.ts'
import { processesAt } from '@podpipe/operations/status/resolved.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'

// Names are looked up again now and then: processes come and go behind them.
const resolvedForMs = 5_000

/** @returns what says where they are */
export function createPlaces(config: LiveConfig): () => Promise<readonly StatusPlace[]> {
  let known:
    | {
        readonly services: readonly string[]
        readonly until: number
        readonly places: readonly StatusPlace[]
      }
    | undefined

  return async () => {
    const { services } = config.current.console
    if (services.length === 0) return placesOf(config.current, [])
    if (known?.services !== services || known.until < performance.now()) {
      known = { services, until: performance.now() + resolvedForMs, places: await processesAt(services) }
    }
    return known.places
  }
}
