// What each service of a configuration has to be allowed, by the table of rights. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Operation, Rights } from '@podpipe/runtime/kafka/administration/rights.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { covers, grantsOf } from '@podpipe/schemas/access.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { listTopics, type Topics } from '@podpipe/schemas/topics.ts'

export interface Need {
  readonly service: ServiceName
  readonly on: 'topic' | 'group'
  readonly name: string
  readonly may: readonly Operation[]
}

/** Everything that the services of a configuration need, of what reading and writing can be seen of. */
export function needsOf(config: PodpipeConfig, topics: Topics): Need[] {
  const { prefix } = config.kafka
  const outputs = config.outputs.filter(({ enabled }) => enabled)
  const names = {
    topic: listTopics(topics).map(({ name }) => name),
    group: [
      groupOf(prefix, 'ingest'),
      groupOf(prefix, 'dedup'),
      ...outputs.map(({ name }) => groupOf(prefix, `forwarder-${name}`)),
    ],
  }
  const grants = grantsOf(prefix)
  return (['ingest', 'dedup', 'forwarder'] as const).flatMap(service =>
    (['topic', 'group'] as const).flatMap(on =>
      names[on].flatMap(name => {
        const given = grants
          .filter(grant => grant.role === service && covers(grant, on, name))
          .flatMap(({ operations }) => operations)
        const may = (['read', 'write'] as const).filter(each => given.some(one => one.toLowerCase() === each))
        return may.length === 0 ? [] : [{ service, on, name, may }]
      }),
    ),
  )
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
