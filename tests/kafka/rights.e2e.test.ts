// A Kafka that allows nothing but the rights of the table, with a user for each service and for the console: the whole chain works with
// them; each right that is taken away is named with user, operation, resource and the command that gives it, in the log and at /status,
// or where the console was asked for what needs it; and all goes on by itself when the right is back. Nothing is lost by it, and nothing
// is twice in unique.
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
import { consoleAsked, isMissedAtStatus, type Missing, seenAs } from './console-rights.ts'
import {
  first,
  isFollowed,
  isForRestart,
  isNoted,
  isOfUnfinished,
  leaveUnfinished,
  only,
  rowsOf,
} from './taken-rights.ts'

const services = ['ingest', 'dedup', 'forwarder', 'console'] as const
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
    console: true,
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
  for (const service of services) await named(chain.process(service), first(rights, service))
  // The console makes its topics as soon as it may.
  const making = rights.filter(each => each.operation === 'Create' && isMissedAtStatus(each))
  const others = rights.filter(each => !making.includes(each))
  deepEqual((await addRights(client, others)).length, others.length)
  deepEqual(await addRights(client, others), [])
  for (const right of making) {
    await named(chain.process('console'), right)
    await addRights(client, [right])
  }
  const stopFlow = offering(chain)
  atEnd(t, stopFlow)
  for (const service of services)
    await eventually(`${service} works`, async () =>
      (await troublesOf(chain.process(service))).length === 0 ? true : undefined,
    )

  const spare = async (service: ServiceName): Promise<ServiceProcess> => {
    const logFile = join(folder, `${service}-spare-${Math.random()}.log`)
    writeFileSync(logFile, '')
    const args = ['run', service, '--config', chain.configFile, '--http-port', '0']
    const started = startPodpipe(service, args, {
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
  const missing = consoleAsked(chain.consoleUrl ?? '')
  const newRevision = only(rights, 'console', 'Write', 'transactional-id')
  // Four users, so what is taken from one does not matter to the others.
  const took = await Promise.all(
    services.map(async service => {
      const rows = rowsOf(rights, service, everyRight).filter(each => !making.includes(each))
      for (const right of rows) {
        const begun = performance.now()
        const isAsked = service === 'console' && !isMissedAtStatus(right)
        const isForStart = service !== 'console' && /^Describe/.test(right.operation)
        await withoutRight(
          client,
          right,
          async () => {
            if (isAsked) return void (await missed(missing, right))
            if (isOfUnfinished(right)) await leaveUnfinished(chain, client)
            const process = isForStart
              ? await spare(service)
              : isForRestart(right)
                ? await again(service)
                : chain.process(service)
            if (isNoted(right)) chain.proofpoint.drop('audit', 'close')
            // What nobody has changed nobody reads.
            if (isFollowed(right)) await eventually('a collector', () => isDone(missing(newRevision)))
            await named(process, seenAs(right))
            return process
          },
          async process => {
            if (process === undefined)
              return void (await eventually('missed no more', () => isDone(missing(right))))
            await forgotten(process, seenAs(right))
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
    `rights taken: ${took.join(' + ')} + ${making.length} of ${rights.filter(({ principal }) => !/admin|viewer/.test(principal)).length}`,
  )
})

const nameOf = ({ principal, operation, on, name }: Right): string =>
  `${principal} ${operation} ${on} ${name}`

const isDone = async (missing: Promise<string | undefined>): Promise<true | undefined> =>
  (await missing) === undefined ? true : undefined

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
  ).catch(error => {
    throw new Error(`${error.message}\n${process.tail(10)}`)
  })
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

/** Asks the console for what needs a right that it lacks, until it says so in the right words. */
async function missed(missing: Missing, right: Right): Promise<void> {
  const { principal, operation, on, name } = seenAs(right)
  const start = RegExp.escape(name)
  const words = new RegExp(
    `does not let ${principal} do ${operation} on ${on.replace('-', ' ')} ${start}.*kafka-acls\\.sh .* --allow-principal ${principal} --operation ${operation} --${on} ${start}`,
  )
  let said: string | undefined
  await eventually(`${nameOf(right)} is missed`, async () => {
    said = await missing(right)
    return words.test(said ?? '') ? true : undefined
  }).catch(error => {
    throw new Error(`${error.message}; said last: ${said}`)
  })
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
