// Rejects as a person works with them: looked at, exported, sent again through the whole path, and not offered twice.

import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { LagReport } from '@podpipe/operations/lag/lag-report.ts'
import type { RejectList } from '@podpipe/operations/rejected/listed.ts'
import { connection, writeNotes } from '@podpipe/operations/rejected/notes.ts'
import type { RedriveAccount } from '@podpipe/operations/rejected/redrive-account.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { podpipe, runPodpipe } from '../kit/chains/podpipe.ts'
import { testDirectory } from '../kit/directory.ts'
import { eventually } from '../kit/eventually.ts'

const eventOf = (n: number): string => `{"guid":"foreign-${n}","ts":"2026-05-22T12:10:0${n}.000000+0000"}`

test('a reject is counted, shown, exported and sent through the whole path once more, and never offered twice', async t => {
  const chain = await testChain(t)
  const { topics, client, fetcher, close } = await chain.topics()
  atEnd(t, close)
  const raw = topics.raw('message')
  const producer = await createProducer(client)
  atEnd(t, producer.close)
  // Given records that somebody else wrote, without a key: frames of Proofpoint's, and one that is none.
  const write = (frame: string, from: string, sequence: number, key: string | null = null): Promise<void> =>
    producer.send([
      {
        topic: raw.name,
        partition: 0,
        key,
        value: raw.codec.encode({
          cluster: 'simulated_hosted',
          service: 'message',
          connection: from,
          sequence,
          received_at: Date.now(),
          mode: 'live',
          identity: 'event_id',
          event_time: null,
          frame: Buffer.from(frame),
        }),
      },
    ])
  for (const n of [0, 1, 2]) await write(eventOf(n), 'somebody', n)
  await producer.send([{ topic: raw.name, partition: 1, key: 'k', value: Buffer.from('no avro\u001b') }])
  const lag = async (): Promise<(number | boolean)[][]> => {
    const report: LagReport = JSON.parse(
      (await runPodpipe(['lag', '--config', chain.configFile, '-o', 'json'])).out,
    )
    return report.consumers.map(({ records, seconds, held }) => [records, seconds > 0, held])
  }
  // How far who is behind is known before anybody works.
  deepEqual(await lag(), [
    [4, true, 0],
    [0, false, 0],
  ])
  for (const service of ['dedup', 'forwarder'] as const) chain.start(service)
  const run = (...args: readonly string[]) => runPodpipe(['rejected', ...args, '--config', chain.configFile])
  const list = await eventually('all four are rejected', async () => {
    const found: RejectList = JSON.parse((await run('ls', '-o', 'json')).out)
    return found.rejects === 4 ? found : undefined
  })

  // They are counted by reason and kind, and shown with their bytes, which no terminal obeys.
  deepEqual(
    list.groups.map(({ reason, service, rejects, redriven }) => [reason, service, rejects, redriven]),
    [
      ['no_id', 'message', 3, 0],
      ['undecodable', 'message', 1, 0],
    ],
  )
  const numberOf = (origin: number, reason: string): number =>
    list.newest.find(each => each.origin.offset === origin && each.reason === reason)?.offset ?? -1
  const shown = await run('show', String(numberOf(0, 'undecodable')))
  match(shown.out, /reason {5}undecodable: the record is nothing that podpipe writes[\s\S]*no avro\\x1b/)
  const none = await run('show', '999999')
  deepEqual([none.code, none.out], [78, ''])
  match(none.err, /^podpipe: There is no reject 999999 [^\n]*\n$/)

  // Exported they are lines of JSON; a full disk, a file that exists, and a reader that has enough are told as such.
  const directory = testDirectory(t)
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'rejects.ndjson')
  equal((await run('export', '--reason', 'no_id', file)).code, 0)
  deepEqual(
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).payload),
    [0, 1, 2].map(eventOf),
  )
  const twice = await run('export', file)
  deepEqual([twice.code, /exists already/.test(twice.err)], [78, true])
  const full = await run('export', '/dev/full')
  equal(full.code, 1)
  match(full.err, /^podpipe: \/dev\/full takes no more: the disk is full\.[^\n]*\n$/)
  equal(existsSync('/dev/full'), true)
  for (const [target, code, told] of [
    ['> /dev/full', 1, /^podpipe: The standard output takes no more: the disk is full\.[^\n]*\n$/],
    ['| head -n 0', 0, /^$/],
  ] as const) {
    const line = `set -o pipefail; ${process.execPath} ${podpipe} rejected export --config ${chain.configFile} ${target}`
    const shell = spawn('bash', ['-c', line], { stdio: ['ignore', 'ignore', 'pipe'] })
    const [err, status] = await Promise.all([
      text(shell.stderr),
      new Promise(resolve => shell.once('exit', resolve)),
    ])
    match(err, told)
    equal(status, code, target)
  }

  // Where nobody can be asked nothing is sent; a dry run sends nothing either.
  const unasked = await run('redrive', '--reason', 'no_id')
  equal(unasked.code, 78)
  match(unasked.err, /3 of 3 rejects to be sent again[\s\S]*Nothing was changed.*--yes/)
  const dry: RedriveAccount = JSON.parse((await run('redrive', '--dry-run', '-o', 'json')).out)
  deepEqual([dry.found, dry.redriven, dry.topics], [4, 3, { [raw.name]: 3 }])
  deepEqual(Object.values(dry.leftOut), [1])

  // Given a run that died once before Kafka had its record, and once after
  const [before, after] = [numberOf(0, 'no_id'), numberOf(1, 'no_id')]
  await applyTopics(client, [topics.redriven])
  const { end } = await fetcher.offsets({ topic: raw.name, partition: 0 })
  const note = { at: Date.now(), topic: raw.name, partition: 0, end, is_done: false }
  await writeNotes(
    producer,
    topics,
    [before, after].map(each => ({ ...note, reject_offset: each })),
  )
  await write(eventOf(1), connection, after, 'foreign-1')

  // Then only what is not there is sent, and all of it arrives once.
  const sent = await run('redrive', '--yes')
  deepEqual([sent.out, sent.code], ['found 3 = sent again 2 + left out 1\n', 0], sent.err)
  await eventually('all of them at Devo', () => (chain.devo.stats().distinct === 3 ? true : undefined))
  deepEqual(
    [0, 1, 2].map(n => chain.devo.count(contentHash(Buffer.from(eventOf(n))))),
    [1, 1, 1],
  )
  // And nothing of it is offered again.
  const over: RedriveAccount = JSON.parse((await run('redrive', '--yes', '-o', 'json')).out)
  deepEqual([over.found, over.redriven], [1, 0])
  const end2: RejectList = JSON.parse((await run('ls', '-o', 'json')).out)
  deepEqual([end2.rejects, end2.redriven], [4, 3])
  await eventually('nobody is behind', async () =>
    (await lag()).every(([records, isOld]) => records === 0 && isOld === false) ? true : undefined,
  )
})
