// What each service of a configuration has to be allowed, by the table of rights. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Rights } from '@podpipe/runtime/kafka/administration/rights.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { covers, grantsOf, type Operation, type ResourceKind } from '@podpipe/schemas/access.ts'
import { collectorsIdOf, groupOf, transactionalIdOf } from '@podpipe/schemas/names.ts'
import { listConsoleTopics, listTopics, type Topics } from '@podpipe/schemas/topics.ts'

export interface Need {
  readonly service: ServiceName
  readonly on: Exclude<ResourceKind, 'cluster'>
  readonly name: string
  readonly may: readonly Operation[]
}

/** Those whose rights are looked for: the console runs with all others unless it is switched off. */
export const servicesOf = ({ console: { enabled } }: PodpipeConfig): ServiceName[] =>
  enabled ? ['ingest', 'dedup', 'forwarder', 'console'] : ['ingest', 'dedup', 'forwarder']

/** Everything that the services of a configuration need, on what there is of each resource of the table. */
export function needsOf(config: PodpipeConfig, topics: Topics): Need[] {
  const { prefix } = config.kafka
  const outputs = config.outputs.filter(({ enabled }) => enabled)
  const names = {
    topic: [...listTopics(topics), ...listConsoleTopics(topics), topics.redriven].map(({ name }) => name),
    group: [
      groupOf(prefix, 'ingest'),
      groupOf(prefix, 'dedup'),
      ...outputs.map(({ name }) => groupOf(prefix, `forwarder-${name}`)),
      // Replays are called as somebody likes.
      groupOf(prefix, 'replay-any'),
    ],
    'transactional-id': [
      ...topics.services.map(service => transactionalIdOf(prefix, service, 0)),
      collectorsIdOf(prefix),
    ],
  }
  const grants = grantsOf(prefix)
  return servicesOf(config).flatMap(service =>
    (['topic', 'group', 'transactional-id'] as const).flatMap(on =>
      names[on].flatMap(name => {
        const given = grants.filter(grant => grant.role === service && covers(grant, on, name))
        const may = [...new Set(given.flatMap(({ operations }) => operations))]
        return may.length === 0 ? [] : [{ service, on, name, may }]
      }),
    ),
  )
}

/** What is missing, as `Write on topic pod.raw.message`. Rights that Kafka does not tell are taken for given. */
export function missingRights(needs: readonly Need[], rights: ReadonlyMap<string, Rights>): string[] {
  return needs.flatMap(({ on, name, may }) => {
    const given = rights.get(`${on} ${name}`)
    return given === undefined
      ? []
      : may.filter(each => !given.includes(each)).map(each => `${each} on ${on.replace('-', ' ')} ${name}`)
  })
}
