// The inputs as a list for people: those of the file and those of the console. Pure.

import { isObject, type Json, textAt } from '@podpipe/runtime/collectors/secret-places.ts'
import type { Input, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { isEnabled, keptSecret } from './draft.ts'
import { inForce, type Revisions } from './store.ts'

/** An input, and who has the say over it. */
export interface ShownCollector {
  name: string
  managed_by: 'file' | 'console'
  enabled: boolean
  id: string
  cluster: string
  environment?: string
  services: string[]
  revision?: number
  at?: string
  by?: string
  problem?: string
}

/** All of them but the removed ones, by name. */
export function shownCollectors(config: PodpipeConfig, revisions: Revisions): ShownCollector[] {
  const ofFile = config.inputs.filter(({ collector }) => collector === undefined).map(ofInput)
  const ofConsole = inForce(revisions)
    .filter(({ what }) => what !== 'removed')
    .map(collector => ofCollector(collector, config))
  return [...ofFile, ...ofConsole].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const ofInput = ({ name, enabled, id, cluster, environment, services }: Input): ShownCollector => ({
  ...{ name, managed_by: 'file', enabled, id, cluster },
  services: services.map(({ service }) => service),
  ...(environment !== undefined && { environment }),
})

function ofCollector(collector: Collector, { collectors = [] }: PodpipeConfig): ShownCollector {
  const { name, definition, revision, at, by } = collector
  const input: Json = JSON.parse(definition)
  const services = isObject(input) ? input.services : undefined
  const [id, environment] = isObject(input) ? [input.id, input.environment] : []
  const state = collectors.find(each => each.name === name && each.revision === revision)
  return {
    ...{ name, managed_by: 'console', enabled: isEnabled(collector), revision, by },
    id: String(id ?? ''),
    cluster: textAt(input, 'credentials.cluster_id') ?? '',
    services: isObject(services) ? Object.keys(services) : [],
    at: new Date(at).toISOString(),
    ...(environment !== undefined && environment !== '' && { environment: String(environment) }),
    ...(state?.problem !== undefined && { problem: state.problem }),
  }
}

/** An input of the file as the JSON that would mean the same; secrets are stood for. */
export function textOfInput({
  name,
  id,
  enabled,
  cluster,
  environment,
  backfillApiKey,
  services,
}: Input): string {
  const input = {
    id,
    enabled,
    credentials: {
      cluster_id: cluster,
      api_key: keptSecret,
      ...(backfillApiKey !== undefined && { backfill_api_key: keptSecret }),
    },
    ...(environment !== undefined && { environment }),
    services: Object.fromEntries(
      services.map(({ service, requestPeriodMs, startTime, tag, url }) => [
        service,
        {
          request_period_in_seconds: requestPeriodMs / 1_000,
          ...(startTime !== undefined && { start_time: startTime }),
          ...{ override_tag_base: tag, override_url_base: url },
        },
      ]),
    ),
  }
  return JSON.stringify({ inputs: { [name]: input } }, null, 2)
}
