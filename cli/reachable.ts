// Whether anybody listens where Kafka should be. kafkajs tries for some ten seconds before it says a word, and a person waits.

import { connect } from 'node:net'

/** How long one may take to answer, in milliseconds. */
const patience = 3_000

/** Why none of the addresses takes a connection; undefined as soon as one does. */
export async function whyUnreachable(brokers: readonly string[]): Promise<string | undefined> {
  const tries = brokers.map(
    broker =>
      new Promise<void>((resolve, reject) => {
        const colon = broker.lastIndexOf(':')
        const host = broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
        const socket = connect({ host, port: Number(broker.slice(colon + 1)), timeout: patience })
        socket.once('connect', () => {
          socket.destroy()
          resolve()
        })
        socket.once('timeout', () => {
          socket.destroy()
          reject(new Error(`no answer within ${patience / 1_000} s`))
        })
        socket.once('error', reject)
      }),
  )
  return Promise.any(tries).then(
    () => undefined,
    ({ errors: [first] }: AggregateError) =>
      first instanceof Error ? first.message || String(Reflect.get(first, 'code')) : String(first),
  )
}
