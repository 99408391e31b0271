// `podpipe validate --check-connections` on a broker that has an authorizer: what Kafka lacks or does not allow. How Devo and
// Proofpoint may answer is in cli/check.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { atEnd } from './kit/at-end.ts'
import { testChain } from './kit/chain.ts'
import { startCluster } from './kit/cluster.ts'
import { runPodpipe } from './kit/podpipe.ts'

interface Check {
  readonly part: string
  readonly isGood: boolean
  readonly text: string
}

// What kafkajs calls AclResourceTypes.TOPIC and GROUP, AclOperationTypes.ALL, READ and WRITE, AclPermissionTypes.DENY and
// ALLOW, ResourcePatternTypes.LITERAL.
const [topicType, groupType, all, reading, writing, denied, allowed, literal] = [2, 3, 2, 3, 4, 2, 3, 3]

test('every connection is tried, and what is wrong with one is said in its line', async t => {
  const { brokers } = await startCluster(t, {
    size: 1,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    },
  })
  const chain = await testChain(t, { brokers, proofpoint: { events: { message: 5 } } })
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
    const { checks, code, crosses } = await check(text)
    deepEqual(crosses, [])
    equal(code, 0)
    const lines = checks.map(({ part, text: line }) => `${part}: ${line}`).join('\n')
    for (const line of [
      /^kafka: 127.0.0.1:\d+ answers$/m,
      /^kafka: dedup may do all that it has to$/m,
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
        `dedup may not write topic ${prefix}.unique.message`,
        `forwarder may not read group podpipe-${prefix}-forwarder-devo_1`,
      ],
    )
  })
})
