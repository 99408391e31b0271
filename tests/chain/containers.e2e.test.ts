// The services in containers of the project's own image, beside Kafka's: each as docker-compose.yml has it, started one by one. A
// dedup that is stopped in mid-flow and started again loses and doubles nothing.

import { deepEqual, equal } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gaps, sentenceOf } from '@podpipe/demo/accounting.ts'
import { openTopics } from '@podpipe/demo/topic-counts.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { parse } from 'yaml'
import { control, noEngine } from '../compose/engine.ts'
import { accountOf, sentBy } from '../compose/ledgers.ts'
import { settled } from '../compose/stack.ts'
import { atEnd } from '../kit/at-end.ts'
import { openContainers } from '../kit/brokers/kafka-container.ts'
import { testDirectory } from '../kit/directory.ts'

const minute = 60_000
const root = fileURLToPath(new URL('../..', import.meta.url))

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly healthcheck?: { readonly test?: readonly string[] }
}

/** docker-compose.yml with these variables, and its own defaults for all others. */
function composed(variables: Readonly<Record<string, string>>): Readonly<Record<string, Service>> {
  const text = readFileSync(`${root}/docker-compose.yml`, 'utf8')
  const filled = text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name, otherwise) => variables[name] ?? otherwise)
  return parse(filled, { merge: true }).services
}

async function startAll(t: TestContext) {
  const { GenericContainer, Network, Wait } = await openContainers()
  const [port = 0] = await freePorts(1)
  const services = composed({
    KAFKA_HOST_PORT: String(port),
    DEMO_EVENTS: knownServices.map(service => `${service}=1500`).join(','),
    DEMO_RATE: '100',
  })
  const certificates = testDirectory(t)
  await createCertificates(certificates, { hostNames: ['proofpoint', 'devo'] })
  const network = await new Network().start()
  atEnd(t, () => network.stop())
  /** As the compose file has it, on the test's network, under its name there. */
  const container = (name: string) => {
    const { image = '', command = [], environment = {} } = services[name] ?? {}
    const text = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)]))
    return new GenericContainer(image)
      .withNetwork(network)
      .withNetworkAliases(name)
      .withEnvironment(text)
      .withCommand([...command])
      .withStartupTimeout(5 * minute)
  }
  const start = async (built: ReturnType<typeof container>) => {
    const started = await built.start()
    atEnd(t, () => started.stop())
    return started
  }
  const ours = (name: string) =>
    container(name)
      .withCopyDirectoriesToContainer([
        { source: certificates, target: '/devo-collector/certs', mode: 0o644 },
      ])
      .withCopyFilesToContainer([
        { source: `${root}/deploy/demo/config/config.yaml`, target: '/devo-collector/config/config.yaml' },
        { source: `${root}/deploy/demo/api_key`, target: '/run/secrets/api_key' },
      ])
  const healthy = (name: string) => {
    const [word, ...command] = services[name]?.healthcheck?.test ?? []
    equal(word, 'CMD')
    const check = {
      test: ['CMD', ...command] as ['CMD', ...string[]],
      interval: 1_000,
      timeout: 10_000,
      retries: 90,
    }
    return start(ours(name).withHealthCheck(check).withWaitStrategy(Wait.forHealthCheck()))
  }

  await start(
    container('kafka')
      .withExposedPorts({ container: 19_092, host: port })
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/)),
  )
  const [proofpoint, devo] = await Promise.all(['proofpoint', 'devo'].map(healthy))
  const topics = await start(ours('topics').withWaitStrategy(Wait.forOneShotStartup()))
  await topics.stop()
  const ends = { proofpoint: proofpoint?.getId() ?? '', devo: devo?.getId() ?? '' }
  // However long it takes until all are there: nothing is sent before.
  await control(ends.proofpoint, 8453, 'pause', 'POST')
  const [dedup] = await Promise.all(['dedup', 'ingest', 'forwarder'].map(healthy))
  return { dedup, ends, brokers: [`127.0.0.1:${port}`] }
}

test('services in containers of their own lose and double nothing, a dedup stopped in mid-flow among them', {
  skip: noEngine ?? false,
  timeout: 15 * minute,
}, async t => {
  t.diagnostic(execFileSync('deploy/image.sh', { cwd: root, encoding: 'utf8' }).trim())
  const { dedup, ends, brokers } = await startAll(t)
  await control(ends.proofpoint, 8453, 'resume', 'POST')
  await dedup?.restart({ timeout: 40_000 })
  t.diagnostic(`dedup was exchanged while the first ${(await sentBy(ends)).ledger.sent} of 4,500 were sent`)
  equal(await settled(ends), true, 'for a minute nothing more arrived')

  const topics = await openTopics(brokers, { prefix: 'pod', partitions: 6, services: knownServices })
  atEnd(t, topics.close)
  const account = await accountOf(ends, await topics.counts())
  t.diagnostic(sentenceOf(account))
  deepEqual(gaps(account, { doublesAllowed: false }), [])
})
