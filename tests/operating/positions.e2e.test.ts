// `podpipe positions` on a real broker, beside an ingest group that is there or is not.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { openTopics } from '@podpipe/demo/topic-counts.ts'
import { partitionOf } from '@podpipe/ingest/position.ts'
import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { joinGroup } from '@podpipe/runtime/kafka/group/group.ts'
import { writeRecord } from '@podpipe/runtime/kafka/write/write-record.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { listTopics } from '@podpipe/schemas/topics.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { testDirectory } from '../kit/directory.ts'

const log = createLog('test', 'silent')
const hour = 3_600_000

/** What `podpipe positions -o json` promises. */
interface Shown {
  session: string
  runs: boolean
  position: null | {
    receivedAt: string
    ageMs: number
    clean: boolean
    startTime: string | null
    todo: { count: number; oldest: string | null; reasons: Record<string, number> }
    gaps: { from: string; to: string; why: string }[]
  }
}

const run = (args: readonly string[]) => runPodpipe(['positions', ...args])

/** An installation with its topics, a configuration of cluster c, and no process of podpipe. */
async function installed(t: TestContext) {
  const directory = testDirectory(t)
  const prefix = `t${randomBytes(4).toString('hex')}`
  const { domain } = await createCertificates(join(directory, 'certs'))
  const endpoints = { proofpointUrl: 'wss://localhost:1', cluster: 'c', apiKey: 'key', devoPort: 1, domain }
  const brokers = testBrokers()
  const file = await writeConfig(directory, endpoints, { brokers, prefix, partitions: 1 })
  const { topics, client, close } = await openTopics(brokers, {
    prefix,
    partitions: 1,
    services: knownServices,
  })
  atEnd(t, close)
  await applyTopics(client, listTopics(topics))

  const list = async () => {
    const { out, err, code } = await run(['-o', 'json', '--config', file])
    equal(code, 0, err)
    return JSON.parse(out) as Shown[]
  }
  return {
    file,
    client,
    group: groupOf(prefix, 'ingest'),
    topic: topics.positions,
    list,
    find: async (session: string) => (await list()).find(each => each.session === session)?.position,
    store: (session: string, value: Buffer) =>
      writeRecord(client, {
        topic: topics.positions.name,
        partition: partitionOf(session, topics.positions.partitions),
        key: session,
        value,
      }),
  }
}

const now = Date.now()
const thisHour = Math.floor(now / hour) * hour
const iso = (time: number): string => new Date(time).toISOString()

const stored: Position = {
  received_at: now - 60_000,
  cluster: 'c',
  service: 'message',
  connection: 'x',
  sequence: 5,
  start_time: null,
  reconciled_to: null,
  clean: true,
  todo: [{ hour: thisHour - 10 * hour, why: 'healing' }],
  gaps: [{ from: now - 9e8, to: now - 8e8, why: 'older than 30 days' }],
}

test('podpipe positions shows every configured session, any other in the topic, and what cannot be read', async t => {
  const { file, topic, store, list } = await installed(t)
  deepEqual(
    (await list()).map(({ session, runs, position }) => [session, runs, position]),
    [
      ['c/message', true, null],
      ['c/maillog', true, null],
      ['c/audit', true, null],
    ],
  )
  await store('c/message', topic.codec.encode({ ...stored, received_at: 1 }))
  await store('c/message', topic.codec.encode(stored))
  await store('gone/audit', topic.codec.encode(stored))
  await store('odd/audit', Buffer.from('hello'))

  const sessions = await list()
  deepEqual(
    sessions.map(({ session, runs }) => [session, runs]),
    [
      ['c/message', true],
      ['c/maillog', true],
      ['c/audit', true],
      ['gone/audit', false],
      ['odd/audit', false],
    ],
  )
  const { ageMs = 0, ...position } = sessions[0]?.position ?? {}
  ok(ageMs >= 60_000)
  deepEqual(position, {
    receivedAt: iso(stored.received_at),
    clean: true,
    startTime: null,
    todo: { count: 1, oldest: iso(thisHour - 10 * hour), reasons: { healing: 1 } },
    gaps: [{ from: iso(now - 9e8), to: iso(now - 8e8), why: 'older than 30 days' }],
  })
  const { out } = await run(['ls', '--config', file])
  match(out, /c\/message\n {2}received up to .* ago\n/)
  match(out, /gone\/audit \(not run by this configuration\)\n/)
  match(out, /odd\/audit \(not run by this configuration\)\n {2}cannot be read: /)
})

test('podpipe positions sets and clears one while ingest is stopped, and only with a confirmation', async t => {
  const { file, topic, store, find } = await installed(t)
  await store('c/message', topic.codec.encode(stored))
  const to = iso(thisHour - 3 * hour + 1)

  const unconfirmed = await run(['set', 'c/message', '--to', to, '--config', file])
  equal(unconfirmed.code, 78)
  match(unconfirmed.err, /c\/message goes back from .* Nothing was changed, .* --yes/)
  equal((await find('c/message'))?.receivedAt, iso(stored.received_at))

  const set = await run(['set', 'c/message', '--to', to, '--yes', '-o', 'json', '--config', file])
  equal(set.code, 0, set.err)
  const { session, before, after } = JSON.parse(set.out)
  deepEqual([session, before.receivedAt, after.receivedAt], ['c/message', iso(stored.received_at), to])
  const moved = await find('c/message')
  deepEqual([moved?.receivedAt, moved?.clean, moved?.gaps], [to, false, after.gaps])
  equal(moved?.todo.oldest, iso(thisHour - 10 * hour))
  // The hour of the new position, the two after it, and the one that was on the list before; the present hour
  // too, unless the old position lies before it.
  ok((moved?.todo.count ?? 0) >= 4)

  const cleared = await run(['clear', 'c/message', '--yes', '--config', file])
  equal(cleared.code, 0, cleared.err)
  equal(await find('c/message'), null)
  // A position can be given where there never was one.
  equal((await run(['set', 'c/audit', '--to', to, '--yes', '--config', file])).code, 0)
  equal((await find('c/audit'))?.receivedAt, to)
})

test('while ingest runs no position is set or cleared: it would be written over', async t => {
  const { file, client, group, topic, store, find } = await installed(t)
  await store('c/message', topic.codec.encode(stored))
  const member = await joinGroup({
    client,
    groupId: group,
    topics: [topic.name],
    log,
    onAssigned: () => undefined,
    onFailed: () => undefined,
  })
  atEnd(t, () => member?.leave())
  for (const args of [
    ['set', 'c/message', '--to', iso(now), '--yes'],
    ['clear', 'c/message', '--yes'],
  ]) {
    const { err, code } = await run([...args, '--config', file])
    equal(code, 78, err)
    match(err, /Nothing was changed: 1 process of ingest.* Stop ingest first/)
  }
  equal((await find('c/message'))?.receivedAt, iso(stored.received_at))
  await member?.leave()
  equal((await run(['clear', 'c/message', '--yes', '--config', file])).code, 0)
})

for (const [name, args, expected] of [
  [
    'an unknown session',
    ['set', 'c/mesage', '--to', iso(now), '--yes'],
    /no session "c\/mesage".*c\/message/,
  ],
  ['a time that is none', ['set', 'c/message', '--to', 'last week', '--yes'], /--to last week: is no date/],
  ['a time in the future', ['set', 'c/message', '--to', '2999-01-01T00:00:00Z', '--yes'], /in the future/],
  ['a time beyond the archive', ['set', 'c/message', '--to', '2020-01-01T00:00:00Z', '--yes'], /30 days/],
  ['no time', ['set', 'c/message', '--yes'], /--to <time>' not specified/],
  ['an unknown word', ['show'], /no such command. It is one of ls, set, clear/],
] as const) {
  test(`${name} ends with exit code 78 and says what to do`, async t => {
    const { file } = await installed(t)
    const { err, code } = await run([...args, '--config', file])
    equal(code, 78, err)
    match(err, expected)
  })
}

test('the embedded Kafka is asked while podpipe runs, and started for the command when it does not', async t => {
  const directory = testDirectory(t)
  const { domain } = await createCertificates(join(directory, 'certs'))
  const endpoints = { proofpointUrl: 'wss://localhost:1', cluster: 'c', apiKey: 'key', devoPort: 1, domain }
  const file = await writeConfig(directory, endpoints, { prefix: 'pod', partitions: 1 })
  const broker = await startEmbeddedBroker({
    directory: join(directory, 'state', 'kafka'),
    log,
    profile: 'test',
    heap: '256m',
  })
  atEnd(t, broker.stop)
  const missing = await run(['--config', file])
  equal(missing.code, 78)
  match(missing.err, /topic pod\.positions does not exist; create it/)
  const { client, topics, close } = await openTopics(broker.brokers, {
    prefix: 'pod',
    partitions: 1,
    services: knownServices,
  })
  await applyTopics(client, listTopics(topics))
  await close()
  const set = await run(['set', 'c/message', '--to', iso(now), '--yes', '--config', file])
  equal(set.code, 0, set.err)
  await broker.stop()

  const { out, err, code } = await run(['-o', 'json', '--config', file])
  equal(code, 0, err)
  match(err, /started for this command alone/)
  equal(JSON.parse(out)[0].position.receivedAt, iso(now))
})
