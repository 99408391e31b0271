// What the drill breaks, one thing at a time; what has to be told of each, where, and what makes it well again.

import { readFileSync, writeFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import type { Authority } from '@podpipe/simulators/authority.ts'
import { atEnd } from '../at-end.ts'
import { openTransaction } from '../brokers/open-transaction.ts'
import type { Alerted } from '../metrics/alerted.ts'

export interface Fault {
  readonly name: string
  readonly service: ServiceName
  readonly part: RegExp
  readonly cause: RegExp
  readonly action: RegExp
  readonly logged: RegExp
  readonly alert: Alerted
  /** The service does its work all the same. */
  readonly isWarning?: true
  strike(): unknown
  heal(): unknown
}

/** @param signalKafka sends a signal to the broker */
export async function drillFaults(
  t: TestContext,
  chain: Chain,
  authority: Authority,
  signalKafka: (signal: NodeJS.Signals) => void,
): Promise<Fault[]> {
  const { proofpoint, devo, configFile, certificates } = chain
  const { client, topics, close } = await chain.topics()
  atEnd(t, close)
  const edit = (from: string, to: string): void =>
    writeFileSync(configFile, readFileSync(configFile, 'utf8').replace(from, to))
  const renew = async (days: number): Promise<void> => {
    const { cert, key } = await authority.client(certificates.domain, days)
    // The key first: until the certificate follows they do not belong together, and the last good ones stay in use.
    writeFileSync(certificates.client.keyFile, key)
    writeFileSync(certificates.client.certFile, cert)
  }
  const troubled = (part: string): Alerted => ({ alert: 'PodpipeTrouble', labels: new RegExp(part) })
  const raw = topics.raw('message').name
  let abort = async (): Promise<void> => undefined
  return [
    {
      name: 'Devo refuses connections',
      service: 'forwarder',
      part: /^devo_1$/,
      cause: /ECONNREFUSED/,
      action: /Nothing listens there/,
      logged: /output devo_1 has no proof of delivery/,
      alert: troubled('"devo_1"'),
      strike() {
        devo.refuse()
        devo.resetAll()
      },
      heal: () => devo.accept(),
    },
    {
      name: 'another collector uses the key',
      service: 'ingest',
      part: /message$/,
      cause: /409 Conflict/,
      action: /no other collector uses the key/,
      logged: /409 Conflict/,
      alert: { alert: 'PodpipeKeyInUse', labels: /"message"/ },
      strike() {
        proofpoint.refuseNext(409, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: () => proofpoint.admit(),
    },
    {
      name: 'Proofpoint fails',
      service: 'ingest',
      part: /message$/,
      cause: /answers 503/,
      action: /tries again by itself/,
      logged: /answers 503/,
      alert: { alert: 'PodpipeSessionDown', labels: /"message"/ },
      strike() {
        proofpoint.refuseNext(503, 1_000)
        proofpoint.drop('all', 'close')
      },
      heal: () => proofpoint.admit(),
    },
    {
      name: 'the API key is wrong',
      service: 'ingest',
      part: /message$/,
      cause: /401: Proofpoint refuses the API key/,
      action: /has not expired.*taken up without a restart/,
      logged: /401: Proofpoint refuses the API key/,
      alert: { alert: 'PodpipeSessionDown', labels: /"message"/ },
      strike() {
        edit('api_key: simulated-token', 'api_key: wrong-token')
        proofpoint.drop('all', 'close')
      },
      heal: () => edit('api_key: wrong-token', 'api_key: simulated-token'),
    },
    {
      name: 'a partition stands still behind an open transaction',
      service: 'dedup',
      part: new RegExp(`^dedup ${raw}/0$`),
      cause: /a transaction stands open at offset \d+/,
      action: /kafka-transactions\.sh find-hanging/,
      logged: /stands still.*a transaction stands open/,
      alert: troubled(`dedup ${raw}/0`),
      async strike() {
        abort = await openTransaction(client, { topic: raw, partition: 0 })
      },
      heal: () => abort(),
    },
    {
      name: 'a certificate is near its end',
      service: 'forwarder',
      part: /^devo_1 cert$/,
      cause: /\(cert\) ends in 1[12] days/,
      action: /put it in the place of the old one/,
      logged: /ends in 1[12] days; no connection succeeds from then on/,
      alert: { alert: 'PodpipeCertificateEnds', labels: /"devo_1"/ },
      isWarning: true,
      strike: () => renew(12),
      heal: () => renew(365),
    },
    {
      name: 'Kafka answers nothing',
      service: 'dedup',
      part: /^kafka$/,
      cause: /./,
      action: /Check that the brokers run/,
      logged: /Kafka does not answer/,
      alert: troubled('"kafka"'),
      strike: () => signalKafka('SIGSTOP'),
      heal: () => signalKafka('SIGCONT'),
    },
  ]
}
