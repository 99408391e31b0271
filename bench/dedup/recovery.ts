// How long dedup is away when it is killed with ten million ids to remember: from the kill to the first event that the
// next process publishes. Most of it is Kafka's wait for the killed member; what dedup reads back is told apart.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { createProducer, type PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { createFingerprints } from '@podpipe/schemas/id-fingerprint.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { keyLength } from '@podpipe/schemas/sip-hash.ts'
import type { Bench, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { readMemory } from '../proc.ts'
import type { Group } from './dedup.ts'
import { rawRecords } from './raw.ts'
import { configureDedup } from './sides.ts'
import { kafka, type Outside, openOutside, topics } from './topics.ts'

const ids = 10_000_000
const idsOfBlock = 2_000
const blocksOfSend = 50
const trickle = 60
const trickleInterval = 100
const pollInterval = 20
const patience = 180_000
const mostSeconds = { away: 15, restore: 5 }

export const recovery: Group = { name: 'recovery', run }

async function run(bench: Bench): Promise<Result> {
  const { directory, signal, say } = bench
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka ...')
  const { brokers } = await startBroker(bench, stack, 'work')
  const outside = await openOutside(brokers, stack)
  const producer = await createProducer(outside.client)
  stack.defer(producer.close)
  say(`Writing a ledger of ${ids / 1_000_000} M ids ...`)
  await fillLedger(producer, signal)
  const { config, trust } = await configureDedup(directory, brokers)
  const start = (name: string): ServiceProcess => {
    const logFile = join(directory, `${name}.log`)
    const env = { PODPIPE_LOG_LEVEL: 'debug' }
    const running = startPodpipe('dedup', ['run', 'dedup', '--config', config], { logFile, trust, env })
    stack.defer(async () => void (running.running && (await running.kill())))
    return running
  }
  const stopTrickle = startTrickle(producer, outside)
  stack.defer(stopTrickle)

  const first = start('first')
  await untilPublishing(first, outside, signal)
  say('Killing dedup and starting it again ...')
  const killed = performance.now()
  await first.kill()
  const second = start('second')
  await untilPublishing(second, outside, signal)
  const away = (performance.now() - killed) / 1_000
  await untilAllRecovered(second, signal)
  const restore = Math.max(...recoveriesOf(second)) / 1_000
  return {
    measurements: [
      {
        what: `from a kill to the first event, ${ids / 1_000_000} M ids remembered`,
        unit: 's',
        ours: away,
        aim: { bound: 'at most', value: mostSeconds.away },
      },
      {
        what: 'to take over all 6 partitions and read their ids back, one after the other',
        unit: 's',
        ours: restore,
        aim: { bound: 'at most', value: mostSeconds.restore },
      },
      { what: 'memory of dedup then', unit: 'MB', ours: readMemory(second.pid).resident / 1e6 },
    ],
    faults: [],
  }
}

/** A ledger as dedup would have written it within the last half hour, of ids that no event here has. */
async function fillLedger(producer: PlainProducer, signal: AbortSignal): Promise<void> {
  const seen = topics.seen('message')
  const now = Date.now()
  const ofPartition = Math.ceil(ids / kafka.partitions)
  const id = Buffer.alloc(36, '0')
  for (let partition = 0; partition < kafka.partitions; partition++) {
    const key = randomBytes(keyLength)
    const fingerprintOf = createFingerprints(key)
    let records = []
    for (let from = 0; from < ofPartition; from += idsOfBlock) {
      signal.throwIfAborted()
      const time = now - 1_800_000 + Math.floor((1_800_000 * from) / ofPartition)
      const accepted = Array.from({ length: idsOfBlock }, (_, at) => {
        id.writeUInt32LE(from + at, 8)
        const fingerprint = fingerprintOf('bench_hosted', 'message', id)
        return { fingerprint, eventTime: time - 3_000 + at, appendTime: time + at }
      })
      const unique = from + idsOfBlock
      const block: SeenBlock = {
        next_offset: 0,
        oldest_block: from === 0 ? -1 : 0,
        event_clock: time - 3_000 + idsOfBlock,
        append_clock: time + idsOfBlock,
        decided: unique,
        unique,
        duplicate: 0,
        rejected: 0,
        ids: packSeenIds(accepted),
        key,
      }
      records.push({ topic: seen.name, partition, key: null, value: seen.codec.encode(block) })
      if (records.length < blocksOfSend && from + idsOfBlock < ofPartition) continue
      await producer.send(records)
      records = []
    }
  }
}

/** Keeps a few events coming, so that there is something to publish. @returns what ends it */
function startTrickle(producer: PlainProducer, { raw }: Outside): () => Promise<void> {
  const stop = new AbortController()
  const records = rawRecords(Number.MAX_SAFE_INTEGER, Date.now())
  const done = (async () => {
    while (!stop.signal.aborted) {
      const batch = Array.from({ length: trickle }, () => records.next().value).filter(each => each != null)
      await producer.send(
        batch.map(({ key, frame }) => ({ topic: raw.name, key, value: raw.codec.encode(frame) })),
      )
      await sleep(trickleInterval, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()
  done.catch(() => undefined)
  return async () => {
    stop.abort()
    await done
  }
}

/** Milliseconds that each partition of message events took, as the process tells them. */
const recoveriesOf = (process: ServiceProcess): number[] =>
  process
    .tail(10_000)
    .split('\n')
    .filter(
      line => line.includes('dedup has recovered the partition') && line.includes('"service":"message"'),
    )
    .map(line => Number(/"ms":(\d+)/.exec(line)?.[1]))

async function untilAllRecovered(process: ServiceProcess, signal: AbortSignal): Promise<void> {
  const end = performance.now() + patience
  while (recoveriesOf(process).length < kafka.partitions) {
    signal.throwIfAborted()
    if (performance.now() > end) throw new Error(`dedup has not recovered all within ${patience / 1_000} s.`)
    await sleep(pollInterval)
  }
}

/** Waits until a partition is recovered and then for the first event: before that only ends of transactions come. */
async function untilPublishing(
  process: ServiceProcess,
  outside: Outside,
  signal: AbortSignal,
): Promise<void> {
  const output = topics.unique('message')
  const end = performance.now() + patience
  let before: number | undefined
  for (;;) {
    signal.throwIfAborted()
    if (!process.running) throw new Error(`dedup has ended:\n${process.tail(8)}`)
    if (performance.now() > end) throw new Error(`dedup has published nothing for ${patience / 1_000} s.`)
    const written = await outside.written(output)
    if (before !== undefined && written > before) return
    if (before === undefined && recoveriesOf(process).length > 0) before = written
    await sleep(pollInterval)
  }
}
