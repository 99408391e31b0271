// The part `inputs` of the file: Proofpoint clusters and their keys. Pure.

import type { Service } from '@podpipe/schemas/service.ts'
import type { Input } from './config.ts'
import { below, type Context, fault, inside } from './context.ts'
import type { LocatedMap } from './document.ts'
import { readServices } from './input-services.ts'
import { checkName, mapUnder } from './read-map.ts'
import { readShape } from './read-shape.ts'
import { inputKeys } from './vendor-keys.ts'

/** An input as far as it could be read, so that one fault in it neither hides nor invents another. */
interface Draft {
  readonly enabled: boolean
  readonly cluster: string | undefined
  readonly streams: readonly { readonly service: Service; readonly here: Context }[]
  /** Undefined if a required key is missing or faulty. */
  readonly input: Input | undefined
}

/** The good inputs, disabled ones too; what is wrong with the others is noted. */
export function readInputs(map: LocatedMap | undefined, context: Context): Input[] {
  if (map === undefined || map.isBroken) return []
  const drafts = [...map.entries].map(([name, { keyAt, value }]) => {
    const here = inside(context, name, keyAt)
    checkName(name, here)
    return readInput(name, mapUnder(value, here), here)
  })
  const running = drafts.filter(draft => draft.enabled)
  if (running.length === 0) {
    fault(context, 'has no enabled input; there would be nothing to do; add one or set enabled: true')
  }
  checkStreams(running)
  return drafts.flatMap(({ input }) => input ?? [])
}

function readInput(name: string, map: LocatedMap | undefined, here: Context): Draft {
  const values = readShape(inputKeys, map, here)
  const { id, enabled, environment } = values
  const { cluster_id: cluster, api_key: apiKey, backfill_api_key: backfillApiKey } = values.credentials
  if (backfillApiKey !== undefined && backfillApiKey === apiKey) {
    const text =
      'is the same as api_key; Proofpoint allows one session a key and answers 409 to the second; make a second key, or remove this one'
    fault(below(here, map, 'credentials', 'backfill_api_key'), text)
  }
  const read = readServices(
    values.services,
    inside(here, 'services', values.services?.at ?? here.at),
    enabled,
  )
  const services = read.map(({ stream }) => stream)
  const streams = read.map(({ stream, here }) => ({ service: stream.service, here }))
  if (id === undefined || cluster === undefined || apiKey === undefined) {
    return { enabled, cluster, streams, input: undefined }
  }
  const input = { name, id, enabled, cluster, apiKey, backfillApiKey, environment, services }
  return { enabled, cluster, streams, input }
}

function checkStreams(drafts: readonly Draft[]): void {
  const taken = new Map<string, string>()
  for (const { cluster, streams } of drafts) {
    for (const { service, here } of cluster === undefined ? [] : streams) {
      const key = `${service} ${cluster}`
      const other = taken.get(key)
      if (other === undefined) taken.set(key, here.path)
      else {
        const text = `reads the same stream as ${other}; Proofpoint allows one session and answers 409 to the second; remove one of the two`
        fault(here, text)
      }
    }
  }
}
