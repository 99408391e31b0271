// A Kafka that allows nothing but the rights of the table, with a user for each service: the whole chain works with them; each
// right that is taken away is named with user, operation, resource and the command that gives it, in the log and at /status;
// and the service goes on by itself when the right is back. Nothing is lost by it, and nothing is twice in unique.
// RIGHTS=all takes every right in turn; without it those that are of one kind for their service are taken once.

import { deepEqual, match, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { addRights, entryOf } from '@podpipe/runtime/kafka/administration/acls.ts'
import { connectKafka, type KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { TroubleOf } from '@podpipe/runtime/readiness.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { grantsOf, type Right, rightsOf } from '@podpipe/schemas/access.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { atEnd } from '../kit/at-end.ts'
import { guarded, startSecureBroker } from '../kit/brokers/secure-broker.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { linesFrom } from '../kit/chains/service-log.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually } from '../kit/eventually.ts'
import { flow } from '../kit/loads/flow.ts'
import { httpAddress } from '../kit/metrics/metrics.ts'

const services = ['ingest', 'dedup', 'forwarder'] as const
const everyRight = process.env.RIGHTS === 'all'

test('each service works with its rights alone, names each one that is missing, and goes on when it is back', async t => {
  const folder = testDirectory(t)
  const certificates = await createCertificates(join(folder, 'kafka-certs'))
  const users = services.map(name => ({ name, password: `canary-of-${name}` }))
  const broker = await startSecureBroker(t, certificates, users, guarded)
  const relay = await startDevo({})
  atEnd(t, () => relay.close())
  const chain = await testChain(t, {
    brokers: [broker.plain],
    through: [broker.secure],
    proofpoint: { events: 0 },
    // It takes no long events, so that there is something to reject.
    moreOutputs: `  small: {type: syslog, max_event_bytes: 1KiB, config: {address: 127.0.0.1, port: ${relay.port}}}\n`,
  })
  const envOf = (service: ServiceName): NodeJS.ProcessEnv => ({
    PODPIPE_KAFKA_TLS: 'true',
    PODPIPE_KAFKA_CA: certificates.chainFile,
    PODPIPE_KAFKA_MECHANISM: 'scram-sha-512',
    PODPIPE_KAFKA_USERNAME: service,
    PODPIPE_KAFKA_PASSWORD: `canary-of-${service}`,
  })
  const client = await connectKafka({
    brokers: [broker.plain],
    clientId: 'test',
    log: createLog('test', 'silent'),
  })
  atEnd(t, () => client.close())
  const [, prefix = ''] = /prefix: (\w+)/.exec(readFileSync(chain.configFile, 'utf8')) ?? []
  const rights = rightsOf(grantsOf(prefix), 'User:{role}')

  // Nobody may do anything yet: the services wait, and say for what.
  for (const service of services) chain.start(service, envOf(service))
  for (const service of services)
    await named(chain.process(service), { ...only(rights, service, 'Describe', 'topic') })
  deepEqual((await addRights(client, rights)).length, rights.length)
  deepEqual(await addRights(client, rights), [])
  const stopFlow = offering(chain)
  atEnd(t, stopFlow)
  for (const service of services)
    await eventually(`${service} works`, async () =>
      (await troublesOf(chain.process(service))).length === 0 ? true : undefined,
    )

  const spare = async (service: ServiceName): Promise<ServiceProcess> => {
    const logFile = join(folder, `${service}-spare-${Math.random()}.log`)
    writeFileSync(logFile, '')
    const started = startPodpipe(service, ['run', service, '--config', chain.configFile], {
      logFile,
      trust: chain.trust,
      env: envOf(service),
    })
    atEnd(t, () => started.stop())
    return started
  }
  const again = async (service: ServiceName): Promise<ServiceProcess> => {
    await chain.process(service).stop()
    return chain.start(service, envOf(service))
  }
  // Three users, so what is taken from one does not matter to the others.
  const took = await Promise.all(
    services.map(async service => {
      const rows = rowsOf(rights, service)
      for (const right of rows) {
        const isForStart = right.operation === 'Describe' || right.operation === 'DescribeConfigs'
        // Both are read when the work begins, and not again.
        const isForRestart = right.operation === 'Read' && /\.(?:positions|seen\.)$/.test(right.name)
        const begun = performance.now()
        await withoutRight(
          client,
          right,
          async () => {
            const process = isForStart
              ? await spare(service)
              : isForRestart
                ? await again(service)
                : chain.process(service)
            await named(process, right)
            return process
          },
          async process => {
            await forgotten(process, right)
            if (isForStart) await process.stop()
          },
        )
        t.diagnostic(`${nameOf(right)}: ${((performance.now() - begun) / 1000).toFixed(1)} s`)
      }
      return rows.length
    }),
  )
  stopFlow()
  await arrives(chain)
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  ok(accounting.rejected > 0)
  for (const service of services) ok(chain.process(service).running, `${service} was never started again`)
  const logs = services.map(service => readFileSync(chain.process(service).logFile, 'utf8')).join('')
  ok(!logs.includes('canary'), 'a log tells a password')
  t.diagnostic(
    `rights taken: ${took.join(' + ')} of ${rights.filter(({ principal }) => /ingest|dedup|forwarder/.test(principal)).length}`,
  )
})

const nameOf = ({ principal, operation, on, name }: Right): string =>
  `${principal} ${operation} ${on} ${name}`

function only(rights: readonly Right[], service: ServiceName, operation: string, on: string): Right {
  const found = rights.find(
    each => each.principal === `User:${service}` && each.operation === operation && each.on === on,
  )
  if (found === undefined) throw new Error(`${service} has no ${operation} on a ${on}`)
  return found
}

/** Those of a service; in the short run one of each operation and kind of resource. */
function rowsOf(rights: readonly Right[], service: ServiceName): Right[] {
  // Here is no console whose topics they would follow; and of unique dedup reads only what a transaction that broke off has left.
  const own = rights.filter(
    ({ principal, name, operation }) =>
      principal === `User:${service}` &&
      !/\.(?:history|collectors)$/.test(name) &&
      !(service === 'dedup' && operation === 'Read' && name.endsWith('.unique.')),
  )
  if (everyRight) return own
  // What needs a process of its own or a group that is left takes ten seconds, and is the same for every service.
  const quick = own.filter(
    ({ operation, on, name }) =>
      !name.endsWith('.positions') &&
      (service === 'ingest' || (on !== 'group' && !operation.startsWith('Describe'))),
  )
  return [...Map.groupBy(quick, ({ operation, on }) => `${operation} ${on}`).values()].flatMap(
    ([first]) => first ?? [],
  )
}

/** Good events, junk that dedup rejects, and long ones that an output does not take. */
function offering({ proofpoint }: Chain): () => void {
  const stopFlow = flow(proofpoint)
  let number = 0
  const timer = setInterval(() => {
    const id = `long-${number++}`
    proofpoint.offer('message', `no JSON at all ${number}`)
    proofpoint.offer(
      'maillog',
      JSON.stringify({ id, ts: '2024-05-22T12:10:03.058340-0700', more: 'x'.repeat(2_000) }),
    )
  }, 200)
  return () => {
    clearInterval(timer)
    stopFlow()
  }
}

async function withoutRight<Found>(
  { admin }: KafkaClient,
  right: Right,
  meanwhile: () => Promise<Found>,
  afterwards: (found: Found) => Promise<void>,
): Promise<void> {
  const entry = entryOf(right)
  await admin.deleteAcls({ filters: [entry] })
  let found: Found
  try {
    found = await meanwhile()
  } finally {
    await admin.createAcls({ acl: [entry] })
  }
  await afterwards(found)
}

const symptomOf = ({ operation, on, name, isPrefix }: Right): RegExp =>
  new RegExp(
    `^Kafka forbids ${operation} on ${on.replace('-', ' ')} ${RegExp.escape(name)}${isPrefix ? '' : '(?::|$)'}`,
  )

/** Waits until a service tells of a right that it lacks, and holds the words against it. */
async function named(process: ServiceProcess, right: Right): Promise<void> {
  const symptom = symptomOf(right)
  const trouble = await eventually(`${nameOf(right)} is missed`, async () =>
    (await troublesOf(process)).find(each => symptom.test(each.symptom)),
  )
  match(trouble.cause, new RegExp(`the user ${right.principal} may not`))
  match(
    trouble.action,
    new RegExp(
      `kafka-acls\\.sh --bootstrap-server localhost:\\d+ --add --allow-principal ${right.principal} --operation ${right.operation} --${right.on} ${RegExp.escape(right.name)}`,
    ),
  )
  const line = await eventually(`${nameOf(right)} is in the log`, () =>
    linesFrom(process, 0).findLast(({ msg }) => symptom.test(msg)),
  )
  ok(line.level >= 40)
  match(line.msg, /kafka-acls\.sh/)
}

const forgotten = (process: ServiceProcess, right: Right): Promise<true> =>
  eventually(`${nameOf(right)} is missed no more`, async () =>
    (await troublesOf(process)).some(({ symptom }) => symptomOf(right).test(symptom)) ? undefined : true,
  )

async function troublesOf(process: ServiceProcess): Promise<readonly TroubleOf[]> {
  const address = await eventually('an address', () => httpAddress(process))
  const answer = await fetch(`http://${address}/status`).catch(() => undefined)
  if (answer === undefined) return []
  return ((await answer.json()) as { troubles: TroubleOf[] }).troubles
}
