// The part `inputs` of the file: Proofpoint clusters and their keys. Pure.

import type { Input, InputService } from '../config.ts'
import { below, type Context, fault, inside } from '../reading/context.ts'
import type { LocatedMap } from '../reading/document.ts'
import type { Places } from '../reading/find-file.ts'
import { checkName, mapUnder } from '../reading/read-map.ts'
import { readShape } from '../reading/read-shape.ts'
import { inputKeys } from '../schema/inputs.ts'
import type { Values } from '../schema/shape.ts'
import { environmentProxy } from '../values/proxy.ts'
import { type ReadService, readServices } from './input-services.ts'
import { readSecret } from './secrets.ts'

/** An input as far as it could be read, so that one fault in it neither hides nor invents another. */
interface Draft {
  readonly enabled: boolean
  readonly here: Context
  /** Variables of the environment that hold its keys. */
  readonly variables: readonly string[]
  readonly cluster: string | undefined
  readonly streams: readonly ReadService[]
  /** Undefined if a required key is missing or faulty. */
  readonly input: Input | undefined
}

/**
 * The good inputs, disabled ones too; what is wrong with the others is noted.
 * @param mayBeNone whether inputs may come from elsewhere, so that none here is no fault
 */
export function readInputs(
  map: LocatedMap | undefined,
  context: Context,
  places: Places,
  mayBeNone = false,
): Input[] {
  if (map === undefined || map.isBroken) return []
  const drafts = [...map.entries].map(([name, { keyAt, value }]) => {
    const here = inside(context, name, keyAt)
    checkName(name, here)
    return readInput(name, mapUnder(value, here), here, places)
  })
  const running = drafts.filter(draft => draft.enabled)
  if (running.length === 0 && !mayBeNone) {
    fault(context, 'has no enabled input; there would be nothing to do; add one or set enabled: true')
  }
  checkStreams(running)
  checkVariables(running)
  return drafts.flatMap(({ input }) => input ?? [])
}

/** One input by itself; what is wrong with it is noted. */
export function readInput(name: string, map: LocatedMap | undefined, here: Context, places: Places): Draft {
  const values = readShape(inputKeys, map, here)
  const { id, enabled, environment } = values
  const { cluster_id: cluster } = values.credentials
  const { apiKey, backfillApiKey, variables } = readKeys(values.credentials, map, here, places)
  const streams = readServices(
    values.services,
    inside(here, 'services', values.services?.at ?? here.at),
    enabled,
    places,
    values.proxy,
  )
  const services = streams.map(({ stream }) => stream)
  noteProxy(values.proxy, services, here)
  if (id === undefined || cluster === undefined || apiKey === undefined) {
    return { enabled, here, cluster, variables, streams, input: undefined }
  }
  const input = { name, id, enabled, cluster, apiKey, backfillApiKey, environment, services }
  return { enabled, here, cluster, variables, streams, input }
}

// A proxy of the environment is a secret, too.
function noteProxy(own: string | undefined, services: readonly InputService[], here: Context): void {
  const found = environmentProxy(here.env)
  if (own !== undefined || found === undefined || services.every(({ proxy }) => proxy === undefined)) return
  const from = `environment variable ${found.variable}`
  here.readings.set(`${here.path}.proxy`, { value: undefined, isSecret: true, from })
}

/** The keys of an input as far as they could be read, and the variables of the environment that held one. */
function readKeys(
  values: Values<typeof inputKeys.credentials>,
  input: LocatedMap | undefined,
  inputHere: Context,
  places: Places,
): { apiKey: string | undefined; backfillApiKey: string | undefined; variables: string[] } {
  const value = input?.entries.get('credentials')?.value
  const map = value?.kind === 'map' ? value : undefined
  const here = below(inputHere, input, 'credentials')
  const [live, backfill] = (['api_key', 'backfill_api_key'] as const).map(key =>
    readSecret(inputKeys.credentials[key], { key, map, here, values, places }),
  )
  const [apiKey, backfillApiKey] = [live?.text, backfill?.text]
  if (backfillApiKey !== undefined && backfillApiKey === apiKey) {
    const text =
      'is the same as api_key; Proofpoint allows one session a key and answers 409 to the second; make a second key, or remove this one'
    fault(below(here, map, ['backfill_api_key', 'backfill_api_key_file']), text)
  }
  const variables = [live, backfill].flatMap(each => each?.variable ?? [])
  return { apiKey, backfillApiKey, variables }
}

// Proofpoint allows one session for each cluster and type; podpipe knows a session by cluster and service.
function checkStreams(drafts: readonly Draft[]): void {
  const taken = new Map<string, string>()
  for (const { cluster, streams } of drafts) {
    for (const { stream, here } of cluster === undefined ? [] : streams) {
      const keys = [`type ${stream.type} ${cluster}`, `service ${stream.service} ${cluster}`]
      const [other] = keys.flatMap(key => taken.get(key) ?? [])
      for (const key of keys) taken.set(key, here.path)
      if (other !== undefined) {
        const text = `reads the same stream as ${other}; Proofpoint allows one session and answers 409 to the second; remove one of the two`
        fault(here, text)
      }
    }
  }
}

// A key belongs to one cluster, and the environment has room for one.
function checkVariables(drafts: readonly Draft[]): void {
  const takenBy = new Map<string, Draft>()
  for (const draft of drafts) {
    for (const variable of draft.variables) {
      const other = takenBy.get(variable)
      if (other === undefined) takenBy.set(variable, draft)
      else if (other.cluster !== draft.cluster) {
        const text = `has no key of its own, as ${other.here.path} has none, and ${variable} can be the key of one cluster only; name a file under credentials for each`
        fault(draft.here, text)
      }
    }
  }
}
