// Which rights of a service are taken away, and what has to happen for one to be missed.

import type { Chain } from '@podpipe/demo/chain.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import type { Right } from '@podpipe/schemas/access.ts'
import { transactionalIdOf } from '@podpipe/schemas/names.ts'
import { allowLostMarkers, leaveBehind } from '../kit/brokers/lost-marker.ts'

/** A right of a service; the first one of its kind. */
export function only(rights: readonly Right[], service: ServiceName, operation: string, on: string): Right {
  const found = rights.find(
    each => each.principal === `User:${service}` && each.operation === operation && each.on === on,
  )
  if (found === undefined) throw new Error(`${service} has no ${operation} on a ${on}`)
  return found
}

/** The right without which a service does not begin: to see the topics, which who may read them may too. */
export const first = (rights: readonly Right[], service: ServiceName): Right => ({
  ...only(rights, service, service === 'console' ? 'Read' : 'Describe', 'topic'),
  operation: 'Describe',
})

/** What is done with it when the work begins, and not again. */
export const isForRestart = ({ principal, operation, name }: Right): boolean =>
  principal === 'User:console'
    ? operation === 'AlterConfigs'
    : (operation === 'Read' && /\.(?:positions|seen\.)$/.test(name)) ||
      isOfUnfinished({ principal, operation, name })

/** ingest notes what its sessions meet. */
export const isNoted = ({ principal, name }: Right): boolean =>
  principal === 'User:ingest' && name.endsWith('.history')

/** Ends dedup, and leaves an event behind that nobody has decided upon. */
export async function leaveUnfinished(chain: Chain, client: KafkaClient): Promise<void> {
  await chain.process('dedup').stop()
  const opened = await chain.topics()
  const { name: topic, codec } = opened.topics.unique('message')
  await opened.close()
  const event = { cluster: 'c', service: 'message', id: 'x', event_time: null, received_at: Date.now() }
  // Far behind all that is in raw, so that the ledger does not know it.
  const value = codec.encode({ ...event, raw_partition: 0, raw_offset: 2 ** 40, payload: Buffer.from('{}') })
  await allowLostMarkers(client)
  await leaveBehind(client, {
    transactionalId: transactionalIdOf(topic.slice(0, topic.indexOf('.')), 'message', 0),
    end: 'aborted',
    records: [{ topic, partition: 0, value }],
    marked: [],
  })
}

/** A service follows the collectors of the console. */
export const isFollowed = ({ operation, name }: Right): boolean =>
  operation === 'Read' && name.endsWith('.collectors')

/** Of unique dedup reads only what a transaction that broke off has left. */
export const isOfUnfinished = ({
  principal,
  operation,
  name,
}: Pick<Right, 'principal' | 'operation' | 'name'>): boolean =>
  principal === 'User:dedup' && operation === 'Read' && name.endsWith('.unique.')

/** Those of a service; in the short run one of each operation and kind of resource. */
export function rowsOf(rights: readonly Right[], service: ServiceName, everyRight: boolean): Right[] {
  const own = rights.filter(({ principal }) => principal === `User:${service}`)
  if (everyRight) return own
  // What needs a process of its own, a group that is left, or notes that wait takes ten seconds, and is the same for every service.
  const quick = own.filter(
    right =>
      !isOfUnfinished(right) &&
      !/\.(?:positions|history|collectors)$/.test(right.name) &&
      (right.on !== 'group' || service === 'ingest' || service === 'console') &&
      (service === 'ingest' || !right.operation.startsWith('Describe')),
  )
  return [...Map.groupBy(quick, ({ operation, on }) => `${operation} ${on}`).values()].flatMap(
    ([one]) => one ?? [],
  )
}
