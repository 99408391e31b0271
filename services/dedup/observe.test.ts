import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import { createReadiness } from '@podpipe/runtime/readiness.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { observe } from './observe.ts'
import { createLedger } from './test-ledger.ts'
import { readTable } from './test-lines.ts'
import { recovering } from './troubles.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] })

test('a batch is counted by what became of its records, and variants and reasons on their own', async () => {
  const metrics = createMetrics()
  const { onDelivered } = observe({ topics, metrics, readiness: createReadiness('kafka', recovering(0)) })
  const counted = async (metric: 'decided' | 'rejected' | 'variants' | 'missedLive') => {
    const { values } = await metrics[metric].get()
    return values
      .filter(({ labels, value }) => value > 0 && labels.service === 'message')
      .map(({ labels, value }) => [Object.values(labels).join(' '), value])
  }
  const [line] = readTable(
    '12:00 a new; 12:00 a copy; 12:01 a(12:05) update; 12:02 reconcile b new; 12:03 junk rejected | all there is',
  )
  const batch = createLedger({ live: 3_600_000, archive: 3_600_000 }, () => 1, 'forward').commit(
    line?.arrivals ?? [],
  )
  const done = onDelivered({ topic: 'pod.raw.message', partition: 0 }, { ...batch, records: [] })
  deepEqual(await counted('decided'), [])
  done()
  deepEqual(await counted('decided'), [
    ['message unique', 3],
    ['message duplicate', 1],
    ['message rejected', 1],
  ])
  deepEqual(await counted('variants'), [['message', 1]])
  deepEqual(await counted('missedLive'), [['message', 1]])
  deepEqual(await counted('rejected'), [['message not_json', 1]])
})
