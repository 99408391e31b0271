// What each service does with Kafka, and hence what it has to be allowed. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Operation, Rights } from '@podpipe/runtime/kafka/rights.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

export interface Need {
  readonly service: ServiceName
  readonly on: 'topic' | 'group'
  readonly name: string
  readonly may: readonly Operation[]
}

/** Everything that the services of a configuration need. */
export function needsOf(config: PodpipeConfig, topics: Topics): Need[] {
  const { services, raw, unique, seen, rejected, positions } = topics
  const { prefix } = config.kafka
  const topic = (service: ServiceName, name: string, ...may: Operation[]): Need => ({
    service,
    on: 'topic',
    name,
    may,
  })
  const group = (service: ServiceName, name: string): Need => ({ service, on: 'group', name, may: ['read'] })
  return [
    topic('ingest', positions.name, 'read', 'write'),
    ...services.map(each => topic('ingest', raw(each).name, 'write')),
    group('ingest', groupOf(prefix, 'ingest')),
    ...services.flatMap(each => [
      topic('dedup', raw(each).name, 'read'),
      topic('dedup', unique(each).name, 'read', 'write'),
      topic('dedup', seen(each).name, 'read', 'write'),
    ]),
    topic('dedup', rejected.name, 'write'),
    group('dedup', groupOf(prefix, 'dedup')),
    ...services.map(each => topic('forwarder', unique(each).name, 'read')),
    topic('forwarder', rejected.name, 'write'),
    ...config.outputs
      .filter(({ enabled }) => enabled)
      .map(({ name }) => group('forwarder', groupOf(prefix, `forwarder-${name}`))),
  ]
}

/** What is missing, as `write topic pod.raw.message`. Rights that Kafka does not tell are taken for given. */
export function missingRights(needs: readonly Need[], rights: ReadonlyMap<string, Rights>): string[] {
  return needs.flatMap(({ on, name, may }) => {
    const given = rights.get(`${on} ${name}`)
    return given === undefined
      ? []
      : may.filter(each => !given.includes(each)).map(each => `${each} ${on} ${name}`)
  })
}
