// Ways into the console, and ways that are none.

import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ConsoleSettings } from '@podpipe/runtime/config/config.ts'
import type { LightMyRequestResponse } from 'fastify'
import { requireSignIn } from './access.ts'
import { own, people, testConsole } from './test-console.ts'

const about = '/api/v1/about'
const proxy = { addresses: ['10.1.0.0/16'], userHeader: 'x-user', groupsHeader: 'x-groups' }
const refusalOf = ({ json }: LightMyRequestResponse) => json<{ what: string; why: string; fix: string }>()

async function openConsole(t: TestContext, settings: Partial<ConsoleSettings> = {}) {
  return testConsole(t, { users: [], ...settings })
}

for (const [host, expected] of [
  ['localhost:8100', 200],
  ['127.0.0.1:8100', 200],
  ['[::1]:8100', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example:8100', 403],
  ['localhost.evil.example', 403],
] as const) {
  test(`where nobody has to sign in, the address ${host} is answered with ${expected}`, async t => {
    const { server } = await openConsole(t)
    const { statusCode } = await server.inject({ url: about, headers: { host } })
    equal(statusCode, expected)
  })
}

test('off this machine the console does not start without a way to sign in, and says which there are', async t => {
  const { room, change } = await openConsole(t)
  change({ host: '0.0.0.0' })
  throws(
    () => requireSignIn(room.live.current.console),
    /console\.host is 0\.0\.0\.0.*console\.users.*console\.oidc.*console\.proxy\.user_header.*127\.0\.0\.1/s,
  )
  change({ host: '0.0.0.0', users: people })
  requireSignIn(room.live.current.console)
})

test('a console off this machine that loses its last way to sign in is open to nobody', async t => {
  const { server, change } = await testConsole(t, { host: '0.0.0.0' })
  change({ users: [] })
  equal((await server.inject({ url: about, headers: { host: 'localhost' } })).statusCode, 401)
})

test('a wrong password and a wrong name are answered alike, and noted without what was typed as a name', async t => {
  const { server, noted } = await testConsole(t)
  const answers = []
  for (const payload of [
    { name: 'admin', password: 'wrong' },
    { name: 'hunter22', password: 'admin' },
  ]) {
    const response = await server.inject({ method: 'POST', url: '/api/v1/access', headers: own, payload })
    equal(response.headers['set-cookie'], undefined)
    answers.push([response.statusCode, response.body])
  }
  deepEqual(answers[0], answers[1])
  equal(answers[0]?.[0], 401)
  deepEqual(
    noted.map(({ who, subject, words }) => [who, subject, words.result]),
    [
      ['', 'admin', 'refused'],
      ['', '(unknown name)', 'refused'],
    ],
  )
  equal(JSON.stringify(noted).includes('hunter22'), false)
})

test('guesses are slowed down by name, also of the right password, and other names go on', async t => {
  // A slow machine must not give a guess back meanwhile.
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { server, signIn } = await testConsole(t)
  const guess = (remoteAddress: string) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/access',
      remoteAddress,
      headers: own,
      payload: { name: 'admin', password: 'wrong' },
    })
  for (let each = 0; each < 20; each++) equal((await guess(`10.0.0.${each}`)).statusCode, 401)
  const last = await guess('10.0.0.99')
  equal(last.statusCode, 429)
  match(String(last.headers['retry-after']), /^1?\d$/)
  match(refusalOf(last).fix, /Try again in \d+ seconds/)
  equal(await signIn('admin'), undefined)
  equal(typeof (await signIn('viewer')), 'string')
})

test('guesses are slowed down by address, a network of IPv6 being one', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { server } = await testConsole(t)
  const guess = (remoteAddress: string, name: string) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/access',
      remoteAddress,
      headers: own,
      payload: { name, password: 'wrong' },
    })
  for (let each = 0; each < 30; each++)
    equal((await guess(`2001:db8::${each}`, `name${each}`)).statusCode, 401)
  equal((await guess('2001:db8::ffff', 'another')).statusCode, 429)
  equal((await guess('2001:db8:0:1::1', 'another')).statusCode, 401)
})

for (const [name, remoteAddress, headers, expected] of [
  ['the proxy names a viewer', '10.1.2.3', { 'x-user': 'anna', 'x-groups': 'staff' }, 200],
  ['the proxy names somebody of no group', '10.1.2.3', { 'x-user': 'anna', 'x-groups': 'x' }, 403],
  ['the proxy names nobody', '10.1.2.3', {}, 401],
  ['anybody else writes the header', '10.2.0.1', { 'x-user': 'anna', 'x-groups': 'root' }, 401],
  [
    'anybody else says that he is the proxy',
    '10.2.0.1',
    { 'x-user': 'anna', 'x-groups': 'root', 'x-forwarded-for': '10.1.2.3', forwarded: 'for=10.1.2.3' },
    401,
  ],
  ['two headers with a name came', '10.1.2.3', { 'x-user': ['root', 'anna'], 'x-groups': 'root' }, 401],
] as const) {
  test(`${name}: ${expected}`, async t => {
    const { server } = await openConsole(t, { host: '0.0.0.0', proxy })
    const { statusCode } = await server.inject({
      url: about,
      remoteAddress,
      headers: headers as Record<string, string>,
    })
    equal(statusCode, expected)
  })
}

test('what a proxy says of the browser is believed of the proxy alone', async t => {
  const { server, noted } = await testConsole(t, { proxy: { ...proxy, userHeader: undefined } })
  for (const remoteAddress of ['10.1.2.3', '10.2.0.1']) {
    await server.inject({
      method: 'POST',
      url: '/api/v1/access',
      remoteAddress,
      headers: { ...own, 'x-forwarded-for': '192.0.2.7' },
      payload: { name: 'admin', password: 'wrong' },
    })
  }
  deepEqual(
    noted.map(({ words }) => words.from),
    ['192.0.2.7', '10.2.0.1'],
  )
})

for (const [name, headers] of [
  ['of another origin', { ...own, origin: 'https://evil.example' }],
  ['of another site, as the browser says', { ...own, 'sec-fetch-site': 'cross-site' }],
  ['without the header of the page', {}],
] as const) {
  test(`a sign-in ${name} is refused in the shape of every refusal`, async t => {
    const { server } = await testConsole(t)
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/access',
      headers: headers as Record<string, string>,
      payload: { name: 'admin', password: 'admin' },
    })
    equal(response.statusCode, 403)
    deepEqual(Object.keys(refusalOf(response)).sort(), ['fix', 'what', 'where', 'why'])
    equal(response.headers['set-cookie'], undefined)
  })
}
