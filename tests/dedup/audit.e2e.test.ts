// `podpipe audit` on a real broker: it closes for what dedup has written, and names whatever anybody has changed.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'
import { intruder, type OpenTopics, tamperings } from '../kit/faults/tampering.ts'

/** What `podpipe audit -o json` promises. */
interface Report {
  closes: boolean
  received: number
  unique: number
  duplicate: number
  rejected: number
  partitions: {
    service: string
    partition: number
    provenFrom?: number
    inUnique: number
    cut: string[]
    deep?: {
      compared: number
      copies: number
      otherBytes: number
      examples: { id: string }[]
      unprovable: number
    }
    disagreement?: Disagreement
  }[]
  disagreement: Disagreement | null
}

interface Disagreement {
  topic: string
  partition: number
  offset: number
  expected: string
  found: string
  advice: string
}

/** A chain of ingest and dedup that sends copies, disorder and junk in small transactions. */
async function startChain(t: TestContext, events: number) {
  const chain = await testChain(t, {
    proofpoint: { events, rate: 500, duplicates: 0.1, disorder: 0.05, junk: 0.02, noId: 0.01 },
    config: 'dedup: {batch_events: 25}\n',
  })
  for (const service of ['ingest', 'dedup'] as const) chain.start(service)
  const topics = await chain.topics()
  atEnd(t, topics.close)
  return { chain, topics }
}

/** Waits until dedup has decided every frame that was sent, and stops it. */
async function allDecided(chain: Chain, topics: OpenTopics) {
  await chain.proofpoint.finished
  await eventually('every frame decided', async () => {
    const { unique, duplicate, rejected } = await topics.counts()
    return unique + duplicate + rejected === chain.proofpoint.ledger.counts().sent ? true : undefined
  })
  await chain.stopServices()
  return topics.counts()
}

async function audited(chain: Chain, ...args: string[]) {
  const { out, err, code } = await runPodpipe(['audit', '-o', 'json', '--config', chain.configFile, ...args])
  ok(out.startsWith('{'), err)
  const report: Report = JSON.parse(out)
  const { received, unique, duplicate, rejected } = report
  const inUnique = report.partitions.reduce((sum, each) => sum + each.inUnique, 0)
  return { report, code, err, numbers: { received, unique, duplicate, rejected, inUnique } }
}

/** Where retention has deleted the beginning of a topic, the audit says so, and proves the rest. */
async function provesWhatIsLeft(chain: Chain, topics: OpenTopics): Promise<void> {
  const { client, fetcher, topics: table } = topics
  for (const [stage, partition] of [
    ['raw', 0],
    ['unique', 1],
    ['seen', 2],
  ] as const) {
    const topic = table[stage]('maillog').name
    const { start, end } = await fetcher.offsets({ topic, partition })
    // kafkajs deletes only from topics that it has looked at.
    await client.admin.fetchTopicOffsets(topic)
    const offset = String(Math.floor((start + end) / 2))
    await client.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] })
  }
  for (const args of [[], ['--deep']]) {
    const { report, code, err } = await audited(chain, '--service', 'maillog', ...args)
    equal(code, 0, err)
    deepEqual(
      report.partitions.map(({ cut }) => cut),
      (['raw', 'unique', 'seen'] as const).map(stage => [table[stage]('maillog').name]),
    )
    const [, unique, seen] = report.partitions
    ok(unique && seen && unique.inUnique > 0)
    ok(seen.provenFrom !== undefined && seen.provenFrom > 0 && seen.inUnique > 0)
  }

  // What is left is still held to account.
  const its = await intruder(topics, 'maillog', 1)
  await its.writeRaw('smuggled')
  await its.writeBlock({ next_offset: 1, decided: 1, unique: 1 })
  const { report } = await audited(chain, '--service', 'maillog')
  match(report.disagreement?.expected ?? '', /^1 in /)
}

test('the audit closes with the numbers of the accounting, beside a chain at work, behind it, and with what retention leaves', async t => {
  const { chain, topics } = await startChain(t, 1_500)
  const event = (time: string, more = '') => `{"guid":"one","ts":"2024-05-22T12:10:${time}+0000"${more}}`
  for (const each of [event('00'), event('00'), event('01'), event('00', ',"n":1')]) {
    chain.proofpoint.offer('audit', each)
  }
  // While events flow it closes as well, with what is decided so far.
  await eventually('the first blocks', async () => ((await topics.counts()).unique > 0 ? true : undefined))
  const beside = await audited(chain, '--deep')
  equal(beside.code, 0, beside.err)
  ok(beside.report.unique > 0)
  const { doubledInUnique, ...counts } = await allDecided(chain, topics)
  equal(doubledInUnique, 0)

  const shallow = await audited(chain)
  equal(shallow.code, 0, shallow.err)
  deepEqual(shallow.numbers, counts)
  const { report, code, err, numbers } = await audited(chain, '--deep')
  equal(code, 0, err)
  deepEqual(numbers, counts)
  const sum = (of: 'compared' | 'copies' | 'unprovable' | 'otherBytes') =>
    report.partitions.reduce((total, { deep }) => total + (deep?.[of] ?? 0), 0)
  deepEqual(
    [sum('compared'), sum('copies'), sum('unprovable'), sum('otherBytes')],
    [counts.unique, counts.duplicate, 0, 1],
  )
  deepEqual(
    report.partitions.flatMap(({ deep }) => deep?.examples ?? []).map(({ id }) => id),
    ['one'],
  )

  // For a person: a line for each of three partitions, and the sentence.
  const { out } = await runPodpipe(['audit', '--config', chain.configFile, '--service', 'message'])
  equal(out.match(/^message \d +received .* closes/gm)?.length, 3, out)
  match(out, /\n\nreceived [\d,]+ = unique [\d,]+ \+ duplicate [\d,]+ \+ rejected [\d,]+\n$/)

  const unknown = await runPodpipe(['audit', '--config', chain.configFile, '--service', 'mesage'])
  equal(unknown.code, 78)
  match(unknown.err, /--service mesage: .* Name one of message, maillog, audit/)

  await provesWhatIsLeft(chain, topics)
})

test('the audit names what anybody else has written: partition, offset, what was expected, what was found', async t => {
  const { chain, topics } = await startChain(t, 1_000)
  await allDecided(chain, topics)
  const partitions = ['message', 'maillog', 'audit'].flatMap(service =>
    [0, 1, 2].map(partition => ({ service, partition })),
  )
  for (const [index, [, tamper]] of tamperings.entries()) {
    const { service, partition } = partitions[index] ?? { service: '', partition: 0 }
    await tamper(await intruder(topics, service, partition))
  }

  for (const deep of [false, true]) {
    const { report, code, err } = await audited(chain, ...(deep ? ['--deep'] : []))
    equal(code, 1)
    deepEqual(report.disagreement, report.partitions.find(each => each.disagreement)?.disagreement)
    match(err, /^podpipe: The account does not close at \S+, partition \d, offset \d+: expected .*\n$/)
    for (const [index, { service, partition, disagreement }] of report.partitions.entries()) {
      const tampered = tamperings[index]
      if (tampered === undefined || (tampered[4] && !deep)) {
        equal(disagreement, undefined, `${service} ${partition}`)
        continue
      }
      const [name, , stage, named, byDeepAlone] = tampered
      ok(disagreement, name)
      const { expected, found, advice } = disagreement
      t.diagnostic(`${name}: expected ${expected}; found ${found}`)
      // Contents say of the same change what became of which raw record.
      if (!deep || byDeepAlone) {
        equal(disagreement.topic, topics.topics[stage](service).name, name)
        match(`expected ${expected}; found ${found}`, named, name)
      }
      equal(disagreement.partition, partition)
      ok(advice.endsWith('.'))
    }
  }
})
