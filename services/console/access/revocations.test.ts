// Signing out, with two consoles at once and with one that starts again: the topic of history is the only thing they have in common.

import { deepEqual, equal } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { own, testConsole } from './test-console.ts'

const about = '/api/v1/about'
const secretKey = 'a secret key of thirty-two characters or more'
const topics = topicsOf({ prefix: 'pod', partitions: 1, services: [] })

/** A topic of history in memory, and consoles that follow it. */
function world(t: TestContext) {
  const state = { isAway: false, records: [] as Buffer[] }
  const ask = <Answer>(answer: Answer): Promise<Answer> =>
    state.isAway ? Promise.reject(new Error('Kafka is away')) : Promise.resolve(answer)
  const context = {
    topics,
    log: createLog('test', 'silent'),
    client: {
      admin: {
        listTopics: () => ask([topics.history.name]),
        fetchTopicMetadata: () => ask({ topics: [{ name: topics.history.name, partitions: [{}] }] }),
        fetchTopicOffsetsByTimestamp: () => ask([{ partition: 0, offset: '0' }]),
      },
    },
    fetcher: {
      offsets: () => ask({ start: 0, end: state.records.length }),
      open: (_: unknown, from: number) => ({
        take: () =>
          ask({
            records: state.records.slice(from).map((value, at) => ({ value, offset: from + at })),
            nextOffset: state.records.length,
          }),
        close: () => undefined,
      }),
    },
  } as unknown as Context
  return {
    state,
    async start() {
      const made = await testConsole(t, { secretKey })
      const stopping = new AbortController()
      t.after(() => stopping.abort())
      const follow = () => void made.room.access.revocations.follow(context, stopping.signal)
      return {
        ...made,
        follow,
        status: async (cookie: string): Promise<number> =>
          (await made.server.inject({ url: about, headers: { cookie } })).statusCode,
        /** Signs out; what is noted is in the topic when Kafka is there. */
        async signOut(cookie: string): Promise<void> {
          await made.server.inject({ method: 'DELETE', url: '/api/v1/access', headers: { ...own, cookie } })
          for (const entry of made.noted.splice(0)) state.records.push(topics.history.codec.encode(entry))
        },
      }
    },
  }
}

test('who signs out at one console is out at the other, and what was open there ends', async t => {
  const { start } = world(t)
  const [one, other] = [await start(), await start()]
  one.follow()
  other.follow()
  const cookie = (await one.signIn('viewer')) ?? ''
  const stays = (await one.signIn('admin')) ?? ''
  deepEqual([await other.status(cookie), await other.status(stays)], [200, 200])
  const [name = '', value = ''] = cookie.split('=')
  const person = await other.room.access.sessions.find({ cookies: { [name]: value } } as never)
  const ended = Promise.withResolvers<void>()
  other.room.access.stays.follow(person, ended.resolve)
  await one.signOut(cookie)
  equal(await one.status(cookie), 401)
  await ended.promise
  deepEqual([await other.status(cookie), await other.status(stays)], [401, 200])
})

test('a console that starts again knows who had signed out, and asks Kafka before it believes an old cookie', async t => {
  const { start, state } = world(t)
  const before = await start()
  const [out, stays] = [(await before.signIn('viewer')) ?? '', (await before.signIn('admin')) ?? '']
  await before.signOut(out)
  await sleep(5)
  const after = await start()
  state.isAway = true
  after.follow()
  const asked = [after.status(out), after.status(stays)]
  // Who signs in now waits for nobody.
  equal(await after.status((await after.signIn('operator')) ?? ''), 200)
  state.isAway = false
  deepEqual(await Promise.all(asked), [401, 200])
})

test('while Kafka does not say who has signed out, sessions of before this start do not count', async t => {
  const { start } = world(t)
  const cookie = (await (await start()).signIn('admin')) ?? ''
  await sleep(5)
  const after = await start()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asked = after.status(cookie)
  await new Promise(resolve => setImmediate(resolve))
  for (let waited = 0; waited < 50; waited++) {
    t.mock.timers.tick(200)
    await new Promise(resolve => setImmediate(resolve))
  }
  equal(await asked, 401)
})
