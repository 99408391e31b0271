// `podpipe validate --check-connections` on a broker that has an authorizer: what Kafka lacks or does not allow. How Devo and
// Proofpoint may answer is in cli/check.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Check, linesOf } from '@podpipe/cli/check/check.ts'
import type { Diagnosis } from '@podpipe/cli/doctor/doctor.ts'
import { connectKafka, type KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createFencedProducer } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { collectorsIdOf } from '@podpipe/schemas/names.ts'
import { atEnd } from '../kit/at-end.ts'
import { startCluster } from '../kit/brokers/cluster.ts'
import { testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'

// What kafkajs calls AclResourceTypes.TOPIC and GROUP, AclOperationTypes.ALL, READ, WRITE and DESCRIBE, AclPermissionTypes.DENY and
// ALLOW, ResourcePatternTypes.LITERAL.
const [topicType, groupType, all, reading, writing, describing, denied, allowed, literal] = [
  2, 3, 2, 3, 4, 8, 2, 3, 3,
]

test('every connection is tried, and what is wrong with one is said in its line', async t => {
  const { brokers } = await startCluster(t, {
    size: 1,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    },
  })
  const chain = await testChain(t, { brokers, console: true, proofpoint: { events: { message: 5 } } })
  const text = readFileSync(chain.configFile, 'utf8')
  const prefix = /prefix: (\w+)/.exec(text)?.[1] ?? ''
  const check = async (changed: string) => {
    writeFileSync(chain.configFile, changed)
    const { out, err, code } = await runPodpipe(
      ['validate', '--config', chain.configFile, '--check-connections', '-o', 'json'],
      { NODE_EXTRA_CA_CERTS: chain.trust },
    )
    equal(err, '')
    const checks: Check[] = JSON.parse(out).checks
    return { checks, code, crosses: checks.filter(({ isGood }) => !isGood) }
  }
  const { proofpoint } = chain

  await t.test('all is well', async () => {
    const client = await connectKafka({ brokers, clientId: 'test', log: createLog('test', 'silent') })
    atEnd(t, () => client.close())
    const atWork = await createFencedProducer(client, collectorsIdOf(prefix))
    const { checks, code, crosses } = await check(text)
    // Who has a transactional id that is asked for keeps it.
    await atWork.commit(
      [{ topic: `${prefix}.rejected`, partition: 0, key: 'x', value: Buffer.from('x') }],
      [],
    )
    await atWork.close()
    deepEqual(crosses, [])
    equal(code, 0)
    const lines = checks.map(({ part, text: line }) => `${part}: ${line}`).join('\n')
    for (const line of [
      /^kafka: 127.0.0.1:\d+ answers$/m,
      /^kafka: dedup may do all that it has to$/m,
      /^kafka: console may do all that it has to$/m,
      /message: wss:.* opens a session/,
      /^outputs.devo_1: certificate and key belong together$/m,
      /^outputs.devo_1: the chain verifies up to its root$/m,
      /^outputs.devo_1: the certificate simulated lasts for \d+ more days/m,
      /^outputs.devo_1: localhost:\d+ takes the certificate, and its own verifies$/m,
    ]) {
      match(lines, line)
    }
    // No live session was opened, so no event has gone to one that nobody reads.
    deepEqual([proofpoint.stats().accepted, proofpoint.progress().message.sent], [3, 0])
    deepEqual([proofpoint.stats().ends, chain.devo.stats().frames], [{ clean: 3, unclean: 0 }, 0])
  })

  await t.test('podpipe doctor looks closer, and changes nothing', async () => {
    const doctor = async (): Promise<string[]> => {
      const { out, err } = await runPodpipe(['doctor', '--config', chain.configFile, '-o', 'json'])
      equal(err, '')
      const found: Diagnosis = JSON.parse(out)
      // What the machine of the test lacks is no matter here.
      return found.checks
        .filter(({ part }) => part === 'kafka' || part === 'clocks')
        .map(each => linesOf([each]))
    }
    const well = (await doctor()).join('\n')
    for (const line of [
      /^✓ kafka: 1 broker, Apache Kafka 4\.3, which takes every request of podpipe$/m,
      /^✓ kafka: broker 1 in .*: \d.* are free$/m,
      /^✓ kafka: every partition has one replica/m,
      /^✓ kafka: the settings of the topics are those of podpipe$/m,
      /^✓ clocks: nothing has been received yet/m,
    ]) {
      match(well, line)
    }
    const client = await connectKafka({ brokers, clientId: 'test', log: createLog('test', 'silent') })
    atEnd(t, () => client.close())
    const configEntries = [{ name: 'retention.ms', value: '60000' }]
    await client.admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topicType, name: `${prefix}.rejected`, configEntries }],
    })
    match(
      (await doctor()).join('\n'),
      /✗ kafka: settings that differ.*rejected.*podpipe topics apply sets them/,
    )
  })

  await t.test('what Kafka does not have or does not allow is named', async () => {
    const { crosses } = await check(text.replace(`prefix: ${prefix}`, 'prefix: absent'))
    match(crosses[0]?.text ?? '', /there is no topic absent.positions, .*podpipe topics apply/)
    const nowhere = await check(text.replace(/brokers: \[.*\]/, 'brokers: ["127.0.0.1:1"]'))
    match(nowhere.crosses[0]?.text ?? '', /Kafka does not answer at 127.0.0.1:1/)

    const client = await connectKafka({ brokers, clientId: 'test', log: createLog('test', 'silent') })
    atEnd(t, () => client.close())
    const rule = (permissionType: number, resourceType: number, resourceName: string, operation: number) => ({
      ...{ resourceType, resourceName, operation, permissionType, resourcePatternType: literal },
      ...{ principal: 'User:ANONYMOUS', host: '*' },
    })
    await client.admin.createAcls({
      acl: [
        rule(denied, topicType, `${prefix}.unique.message`, writing),
        rule(allowed, topicType, `${prefix}.unique.message`, reading),
        rule(denied, groupType, `podpipe-${prefix}-forwarder-devo_1`, all),
      ],
    })
    const refused = await check(text)
    equal(refused.code, 78)
    deepEqual(
      refused.crosses.map(({ text: line }) => line.split(';')[0]),
      [
        `dedup may not do Write on topic ${prefix}.unique.message`,
        `forwarder may not do Read on group podpipe-${prefix}-forwarder-devo_1`,
        `console may not do Describe on group podpipe-${prefix}-forwarder-devo_1`,
      ],
    )

    // Topics that the console has yet to make, and ids that nobody is fenced from to find it out.
    const [transactionalIdType, creating, describingConfigs, alteringConfigs] = [5, 5, 10, 11]
    await client.admin.createAcls({
      acl: [
        rule(denied, topicType, `${prefix}.history`, creating),
        ...[reading, writing, describing, describingConfigs, alteringConfigs].map(operation =>
          rule(allowed, topicType, `${prefix}.history`, operation),
        ),
        rule(denied, transactionalIdType, `podpipe-${prefix}-collectors`, writing),
        rule(denied, transactionalIdType, `podpipe-${prefix}-dedup-message-0`, writing),
      ],
    })
    const [dedup, , own] = (await check(text)).crosses.map(({ text: line }) => line.split(';')[0])
    match(dedup ?? '', /, Write on transactional id podpipe-\w+-dedup-message-0$/)
    match(
      own ?? '',
      /not do Create on topic \w+\.history, .*Write on transactional id podpipe-\w+-collectors$/,
    )
  })

  await t.test('a command that may not do it says so in one sentence', async () => {
    const client = await connectKafka({ brokers, clientId: 'test', log: createLog('test', 'silent') })
    atEnd(t, () => client.close())
    const rule = (operation: number, permissionType: number, resourceName: string) => ({
      ...{ resourceType: topicType, resourceName, operation, permissionType, resourcePatternType: literal },
      ...{ principal: 'User:ANONYMOUS', host: '*' },
    })
    const names = ['rejected', 'raw.message', 'unique.audit'].map(name => `${prefix}.${name}`)
    // Something has to lie there, or nobody would try to read.
    await somethingToRead(client, prefix)
    await client.admin.createAcls({
      acl: names.flatMap(name => [rule(describing, allowed, name), rule(reading, denied, name)]),
    })
    for (const args of [
      ['tap', 'raw', '--service', 'message'],
      ['rejected', 'ls'],
      ['find', 'x', '--service', 'message'],
      ['replay', '--through', 'dedup', '--service', 'message', '--from', '-1h', '--to', 'now'],
    ]) {
      const { out, err, code } = await runPodpipe([...args, '--config', chain.configFile])
      match(err, /^podpipe: [^\n]*(not allow|not let User:ANONYMOUS)[^\n]*\n$/, args.join(' '))
      deepEqual([out, code], ['', 78], args.join(' '))
    }
  })
})

/** A record in raw and one among the rejects. */
async function somethingToRead(client: KafkaClient, prefix: string): Promise<void> {
  const producer = await createProducer(client)
  try {
    await producer.send(
      ['raw.message', 'rejected'].map(name => ({
        topic: `${prefix}.${name}`,
        partition: 0,
        key: 'x',
        value: Buffer.from('x'),
      })),
    )
  } finally {
    await producer.close()
  }
}
