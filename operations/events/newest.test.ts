import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import type { EventsAsked } from './asked.ts'
import { offsetsIn } from './cursor.ts'
import { type EventsPage, type Kafka, newestEvents } from './newest.ts'
import { memoryKafka, rawRecord, topics } from './test-partitions.ts'

const { signal } = new AbortController()
const raw: EventsAsked = { stage: 'raw', services: ['message'] }
const look = (
  kafka: Kafka,
  asked: EventsAsked = raw,
  options: Partial<Parameters<typeof newestEvents>[2]> = {},
): Promise<EventsPage> => newestEvents(kafka, asked, { limit: 50, withContent: true, signal, ...options })
const ids = ({ events }: EventsPage): unknown[] => events.map(({ fields }) => fields.id)

/** So many messages, a second apart, over both partitions. */
const messages = (count: number) =>
  Array.from({ length: count }, (_, at) => rawRecord({ partition: at % 2, time: at * 1_000, id: `e${at}` }))

test('the newest come first, over all partitions, and pages go on without a gap or a copy', async () => {
  const { kafka } = memoryKafka(messages(500))
  const found: unknown[] = []
  let before: ReturnType<typeof offsetsIn>
  for (let pages = 0; pages < 20; pages++) {
    const page = await look(kafka, raw, { ...(before !== undefined && { before }) })
    found.push(...ids(page))
    if (page.older === null) break
    before = offsetsIn(page.older)
  }
  deepEqual(
    found,
    Array.from({ length: 500 }, (_, at) => `e${499 - at}`),
  )
})

test('what came behind a page is asked for by itself', async () => {
  const before = messages(10)
  const since = offsetsIn((await look(memoryKafka(before).kafka)).newer)
  ok(since)
  deepEqual(ids(await look(memoryKafka(messages(13)).kafka, raw, { since })), ['e12', 'e11', 'e10'])
  deepEqual(ids(await look(memoryKafka(before).kafka, raw, { since })), [])
})

for (const [name, asked, expected] of [
  ['a range of time', { from: 3_000, to: 6_000 }, ['e5', 'e4', 'e3']],
  ['an id', { id: 'e7' }, ['e7']],
  ['a text', { text: '"guid":"e1"' }, ['e1']],
  ['an id that is not there', { id: 'nobody' }, []],
] as const) {
  test(`${name} is found`, async () => {
    const { kafka } = memoryKafka([
      // An id lies where its key says; elsewhere it is not looked for.
      ...messages(10).map((record, at) => (at === 7 ? placedByKey('e7') : record)),
    ])
    deepEqual(ids(await look(kafka, { ...raw, ...asked })), expected)
  })
}

function placedByKey(id: string): Omit<KafkaRecord, 'offset'> {
  return rawRecord({ partition: partitionOfKey(Buffer.from(id), 2), time: 7_000, id })
}

test('a look ends at its bound of bytes, tells what it has, and goes on from there', async () => {
  const large = Buffer.alloc(3 * 1024 * 1024, 0x20)
  const { kafka, read } = memoryKafka(
    Array.from({ length: 60 }, (_, at) =>
      rawRecord({ partition: at % 2, time: at * 1_000, id: `e${at}` }, large),
    ),
  )
  const bounds = { bytes: 32 * 1024 * 1024, ms: 10_000 }
  const page = await look(kafka, raw, { limit: 50, bounds })
  equal(page.isCut, true)
  ok(page.events.length >= 5, `${page.events.length} events`)
  ok(read() < 64 * 1024 * 1024, `${read()} bytes were read`)
  ok(page.older !== null)
  const before = offsetsIn(page.older)
  ok(before)
  const next = await look(kafka, raw, { limit: 50, bounds, before })
  const all = [...ids(page), ...ids(next)]
  equal(new Set(all).size, all.length)
})

test('marks of transactions are passed over', async () => {
  const place = { topic: topics.raw('message').name, partition: 0 }
  const { kafka } = memoryKafka([...messages(6), ...Array.from({ length: 300 }, () => ({ mark: place }))])
  const page = await look(kafka)
  deepEqual(ids(page), ['e5', 'e4', 'e3', 'e2', 'e1', 'e0'])
  equal(page.older, null)
})

test('without the right to the content none of it is told', async () => {
  const { kafka } = memoryKafka(messages(1))
  const [told, kept] = [await look(kafka), await look(kafka, raw, { withContent: false })]
  equal(told.events[0]?.beginning, '{"guid":"e0"}\n')
  equal(JSON.stringify(kept).includes('guid'), false)
})

test('a cursor that is none is told apart', () => {
  for (const word of ['', 'x', 'W10=', Buffer.from('[["a",-1]]').toString('base64url')])
    equal(word === 'W10=' ? offsetsIn(word)?.size : offsetsIn(word), word === 'W10=' ? 0 : undefined)
})
