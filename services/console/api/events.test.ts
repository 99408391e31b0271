import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { EventsPage } from '@podpipe/operations/events/newest.ts'
import { memoryKafka, rawRecord } from '@podpipe/operations/events/test-partitions.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import fastify from 'fastify'
import { refusalOf } from '../errors.ts'
import { refusalSchema } from '../refusal.ts'
import type { Room } from '../room.ts'
import { events } from './events.ts'
import type { Api } from './resources.ts'

const records = Array.from({ length: 3 }, (_, at) =>
  rawRecord({ partition: 0, time: at * 1_000, id: `e${at}` }, `{"guid":"e${at}","subject":"secret"}`),
)

/** The resource alone, asked by somebody who may see the content of events, or may not. */
function serverFor(seesContent: boolean, { kafka } = memoryKafka(records)) {
  const { services } = kafka.topics
  const room = { kafka: () => ({ ...kafka, live: { current: { services, file: 'config.yaml' } } }) }
  const server = fastify()
  server.addSchema(refusalSchema)
  server.decorateRequest('person', {
    getter: () => ({ name: 'anna', role: 'operator' as const, seesContent, by: 'nobody' as const }),
  })
  const log = createLog('console', 'silent')
  server.setErrorHandler((error, { url }, reply) => {
    const { status, body } = refusalOf(error, url, log)
    return reply.code(status).send(body)
  })
  events(server as unknown as Api, room as unknown as Room)
  return server
}

for (const [seesContent, expected] of [
  [true, ['{"guid":"e2","subject":"secret"}', '{"guid":"e2","subject":"secret"}']],
  [false, [null, null]],
] as const) {
  test(`an event is ${seesContent ? '' : 'not '}shown to who may ${seesContent ? '' : 'not '}see its content`, async () => {
    const server = serverFor(seesContent)
    const list = await server.inject('/events?stage=raw&service=message')
    const [first] = list.json<EventsPage>().events
    const one = await server.inject('/event?stage=raw&service=message&partition=0&offset=2')
    deepEqual([first?.beginning, one.json().text], expected)
    equal(`${list.body}${one.body}`.includes('secret'), seesContent)
  })
}

test('who may not see content cannot find out about it by searching for it', async () => {
  const answer = await serverFor(false).inject('/events?stage=raw&text=secret')
  equal(answer.statusCode, 403)
  match(answer.json().fix, /right to see content/)
})

for (const [path, status, where] of [
  ['/events?stage=nothing', 400, '/events?stage=nothing'],
  ['/events?stage=raw&from=someday', 422, 'from'],
  ['/events?stage=raw&service=mesage', 422, 'service'],
  ['/events?stage=raw&before=nonsense', 400, 'before'],
  ['/event?stage=raw&service=message&partition=9&offset=0', 404, 'raw message 9/0'],
  ['/event?stage=raw&service=message&partition=0&offset=99', 404, 'raw message 0/99'],
] as const) {
  test(`${path} is refused in words: ${status}`, async () => {
    const answer = await serverFor(true).inject(path)
    deepEqual([answer.statusCode, answer.json().where], [status, where])
  })
}

test('a Kafka that says nothing is told after ten seconds', async t => {
  const memory = memoryKafka(records)
  const asked = Promise.withResolvers<void>()
  const silent = {
    ...memory.kafka.fetcher,
    edges: () => {
      asked.resolve()
      return new Promise<never>(() => undefined)
    },
  }
  const server = serverFor(true, { ...memory, kafka: { ...memory.kafka, fetcher: silent } })
  await server.ready()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = server.inject('/events?stage=raw')
  await asked.promise
  await turn()
  t.mock.timers.tick(10_000)
  const { statusCode, body } = await answer
  equal(statusCode, 503)
  match(body, /Kafka does not answer/)
})
