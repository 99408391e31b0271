// What a session of the console is, what ends it, and what is none.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WhoAmI } from '../api/access-schema.ts'
import { hashFor, own, people, testConsole } from './test-console.ts'

const about = '/api/v1/about'

test('a session is a cookie that no script reads and no other site sends', async t => {
  const { server, noted } = await testConsole(t, { publicUrl: 'https://pod.example.com/tools/' })
  const response = await server.inject({
    method: 'POST',
    url: '/api/v1/access',
    headers: own,
    payload: { name: 'operator', password: 'operator' },
  })
  const { name, role, sees_content } = response.json<WhoAmI>()
  deepEqual({ name, role, sees_content }, { name: 'operator', role: 'operator', sees_content: true })
  match(
    String(response.headers['set-cookie']),
    /^podpipe\.pod\.session=[\w.-]+; Path=\/tools\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  deepEqual(
    noted.map(({ kind, what, who, subject, words }) => [kind, what, who, subject, words.result]),
    [['action', 'sign.in', 'operator', 'operator', 'done']],
  )
})

for (const [name, change, expected] of [
  ['another password', { users: people.map(each => ({ ...each, passwordHash: hashFor('new') })) }, 401],
  ['another role', { users: people.map(each => ({ ...each, role: 'viewer' as const })) }, 401],
  ['the person taken out', { users: people.filter(each => each.name !== 'admin') }, 401],
  [
    'one more person',
    { users: [...people, { name: 'ben', role: 'viewer' as const, passwordHash: hashFor('b') }] },
    200,
  ],
  ['another life of sessions', { session: { idleMs: 60_000, lifeMs: 60_000 } }, 200],
] as const) {
  test(`${name} in the configuration: a session is then answered with ${expected}`, async t => {
    const { server, signIn, change: put } = await testConsole(t)
    const cookie = (await signIn('admin')) ?? ''
    put(change)
    equal((await server.inject({ url: about, headers: { cookie } })).statusCode, expected)
  })
}

test('who signs out is out, also with a copy of the cookie, and so is what was open', async t => {
  const { server, signIn, room, noted } = await testConsole(t)
  const cookie = (await signIn('viewer')) ?? ''
  const other = (await signIn('viewer')) ?? ''
  const { session } = (await room.access.sessions.find({ cookies: parsed(cookie) } as never)) ?? {}
  let isEnded = false
  room.access.stays.follow({ ...anna, ...(session && { session }) }, () => {
    isEnded = true
  })
  const { headers } = await server.inject({
    method: 'DELETE',
    url: '/api/v1/access',
    headers: { ...own, cookie },
  })
  match(String(headers['set-cookie']), /^podpipe\.pod\.session=; .*Expires=Thu, 01 Jan 1970/)
  equal(isEnded, true)
  equal((await server.inject({ url: about, headers: { cookie } })).statusCode, 401)
  equal((await server.inject({ url: about, headers: { cookie: other } })).statusCode, 200)
  equal(noted.at(-1)?.what, 'sign.out')
})

test('an open answer ends with its session, and when who may do what has changed', async t => {
  const { room, change } = await testConsole(t)
  const ended: string[] = []
  const follow = (name: string, endsAt: number) =>
    room.access.stays.follow({ ...anna, session: { id: name, endsAt } }, () => ended.push(name))
  follow('short', Date.now() + 20)
  follow('long', Date.now() + 60_000)
  follow('left', Date.now() + 10)()
  await sleep(60)
  deepEqual(ended, ['short'])
  change({ content: 'none' })
  deepEqual(ended, ['short', 'long'])
})

const anna = { name: 'anna', role: 'viewer', seesContent: false, by: 'password' } as const

const parsed = (cookie: string): Record<string, string> =>
  Object.fromEntries([cookie.split('=') as [string, string]])

for (const [name, cookie] of [
  ['none', ''],
  ['any text', 'podpipe.pod.session=admin'],
  ['one that is not sealed', 'podpipe.pod.session=eyJhbGciOiJub25lIn0.eyJuYW1lIjoiYWRtaW4ifQ.'],
] as const) {
  test(`a cookie that is ${name} is no session`, async t => {
    const { server } = await testConsole(t)
    equal((await server.inject({ url: about, headers: { cookie } })).statusCode, 401)
  })
}

test('a session of a console with another key is none here; with the same key it outlives a restart', async t => {
  const secretKey = 'a secret key of thirty-two characters or more'
  const [first, second, stranger] = await Promise.all(
    [secretKey, secretKey, undefined].map(each => testConsole(t, { secretKey: each })),
  )
  const cookie = (await first?.signIn('admin')) ?? ''
  equal((await second?.server.inject({ url: about, headers: { cookie } }))?.statusCode, 200)
  equal((await stranger?.server.inject({ url: about, headers: { cookie } }))?.statusCode, 401)
})

test('who is there stays longer; who only looks does not', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { server, signIn } = await testConsole(t, { session: { idleMs: 60_000, lifeMs: 85_000 } })
  let cookie = (await signIn('viewer')) ?? ''
  const status = async () => (await server.inject({ url: about, headers: { cookie } })).statusCode
  t.mock.timers.tick(50_000)
  equal(await status(), 200)
  const { cookies } = await server.inject({
    method: 'PUT',
    url: '/api/v1/access',
    headers: { ...own, cookie },
  })
  const before = cookie
  cookie = `${cookies[0]?.name}=${cookies[0]?.value}`
  t.mock.timers.tick(20_000)
  equal(await status(), 200)
  equal((await server.inject({ url: about, headers: { cookie: before } })).statusCode, 401)
  t.mock.timers.tick(20_000)
  equal(await status(), 401)
})
