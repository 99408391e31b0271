// podpipe on other releases of Apache Kafka than its own: the whole chain with a dedup that is killed, and what doctor makes of
// the broker. KAFKA_RELEASES names them, such as 3.9.1,4.1.0, or 2.3.1@localhost:9092 for a broker that runs already, which those before 2.8
// want since they need ZooKeeper. Without it none is asked for, since Maven has to fetch each.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Diagnosis } from '@podpipe/cli/doctor/doctor.ts'
import { kafkaRelease } from '../kit/brokers/kafka-release.ts'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { until } from '../kit/eventually.ts'

const releases = (process.env.KAFKA_RELEASES ?? '').split(',').filter(each => each !== '')
const skip = releases.length === 0 && 'KAFKA_RELEASES names no release'

test('the chain on other releases of Kafka', { skip }, async t => {
  for (const release of releases) await t.test(`Apache Kafka ${release}`, each => onRelease(each, release))
})

const events = 2_000

async function onRelease(t: TestContext, named: string): Promise<void> {
  const [release = '', address] = named.split('@')
  const { brokers } =
    address === undefined
      ? await ownBroker(t, { ...process.env, KAFKA_HOME: kafkaRelease(release) })
      : { brokers: [address] }
  const chain = await testChain(t, {
    brokers,
    proofpoint: { events, rate: 400, duplicates: 0.1, disorder: 0.05, junk: 0.002 },
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await until('a quarter is delivered', () => chain.devo.stats().distinct > events / 4)
  await chain.process('dedup').kill()
  chain.start('dedup')
  await arrives(chain)

  const podpipe = (...args: string[]) =>
    runPodpipe([...args, '--config', chain.configFile], { NODE_EXTRA_CA_CERTS: chain.trust })
  const { out } = await podpipe('doctor', '-o', 'json')
  const { checks }: Diagnosis = JSON.parse(out)
  const ofKafka = checks.filter(({ part }) => part === 'kafka')
  for (const { text } of ofKafka) t.diagnostic(text)
  deepEqual(
    ofKafka.filter(({ isGood }) => !isGood),
    [],
  )
  const [, first = '', last = first] =
    /Apache Kafka (\d+\.\d+)(?: to (\d+\.\d+))?/.exec(ofKafka.map(({ text }) => text).join('\n')) ?? []
  ok(numberOf(first) <= numberOf(release) && numberOf(release) <= numberOf(last), `${first} to ${last}`)
  const checked = await podpipe('validate', '--check-connections', '-o', 'json')
  equal(checked.code, 0, checked.out)

  await chain.stopServices()
  const audit = await podpipe('audit', '--deep')
  equal(audit.code, 0, audit.out)
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
}

/** Of a release without its patches, so that releases compare. */
function numberOf(release: string): number {
  const [major = 0, minor = 0] = release.split('.').map(Number)
  return major * 1_000 + minor
}
