// One session of ingest through an HTTP proxy, and what is said when the proxy is what fails.

import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { liveAddress } from '@podpipe/ingest/address.ts'
import { afterSession, messageOf } from '@podpipe/ingest/session-end.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { type Proofpoint, startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { openSession } from '../kit/chains/session.ts'
import { until } from '../kit/eventually.ts'
import { type ConnectProxyOptions, startConnectProxy } from '../kit/faults/connect-proxy.ts'

const authority = await createAuthority()
setDefaultCACertificates([...getCACertificates('default'), authority.chain])
const server = await authority.server()
const stranger = await (await createAuthority('stranger')).server()

const account = { user: 'podpipe', password: 'canary:p@ss/ %' }
const login = (password: string): string => `${account.user}:${encodeURIComponent(password)}@`
const good = login(account.password)

async function simulate(t: TestContext, keys = server): Promise<Proofpoint> {
  const proofpoint = await startProofpoint({ certificates: { server: keys } })
  atEnd(t, () => proofpoint.close())
  return proofpoint
}

/** Runs a session by way of a proxy; it is stopped at the end in any case. */
function open(t: TestContext, proofpoint: Proofpoint, proxy: string) {
  const address = liveAddress(`${proofpoint.url}/v1/stream`, 'simulated_hosted', 'message')
  return openSession(t, address, { proxy })
}

for (const [scheme, options] of [
  ['http', {}],
  ['https', { tls: server }],
] as const) {
  test(`events flow through an ${scheme} proxy that demands a password`, async t => {
    const proofpoint = await simulate(t)
    const proxy = await startConnectProxy(t, { ...account, ...options })
    const { stop, frames, opened, ended } = open(t, proofpoint, `${scheme}://${good}localhost:${proxy.port}`)
    await opened
    proofpoint.offer('message', '{"guid":"a"}')
    await until('the frame is there', () => frames.length === 1)
    deepEqual([proxy.tunnels, proxy.refused], [[`localhost:${proofpoint.port}`], 0])
    stop()
    deepEqual(await ended, { kind: 'stopped', clean: true })
    await until('the way is closed', () => proxy.connections === 0)
  })
}

/** What the operator is told when a try has failed, and how long the next one is waited for at least. */
async function told(t: TestContext, proxy: string, proofpoint: Proofpoint) {
  const end = await open(t, proofpoint, proxy).ended
  const { wait, level, ...next } = afterSession(end, 1, 60_000, 0)
  const message = messageOf(next)
  doesNotMatch(message, /canary/)
  doesNotMatch(JSON.stringify(end), /canary/)
  return { wait, level, message }
}

for (const [name, credentials, instead, level, expected] of [
  [
    'a wrong password',
    login('canary'),
    undefined,
    'error',
    /the proxy http:\/\/127\S+ answers 407: .*check proxy of/,
  ],
  ['no password', '', undefined, 'error', /answers 407: it wants a user name and a password/],
  [
    'a proxy that forbids',
    good,
    'HTTP/1.1 403 Forbidden\r\n\r\n',
    'error',
    /answers 403: .*ask whoever runs it/,
  ],
  [
    'a proxy that does not get through',
    good,
    'HTTP/1.1 502 Bad Gateway\r\n\r\n',
    'warn',
    /answers 502 in place/,
  ],
  ['a proxy that hangs up', good, '', 'warn', /makes no way to Proofpoint.*CONNECT/],
] as const) {
  test(`${name} is explained, without a secret`, async t => {
    const options: ConnectProxyOptions = instead === undefined ? account : { ...account, instead }
    const proxy = await startConnectProxy(t, options)
    const found = await told(t, `http://${credentials}127.0.0.1:${proxy.port}`, await simulate(t))
    match(found.message, expected)
    equal(found.level, level)
    // A refused password is shown seldom, since proxies lock accounts.
    equal(found.wait >= 3_000, found.message.includes('407'))
    await until('the connection is closed', () => proxy.connections === 0)
  })
}

test('a proxy that is not there is named, and not Proofpoint', async t => {
  const closed = createServer()
  const port = await new Promise<number>(resolve =>
    closed.listen(0, '127.0.0.1', () => {
      const address = closed.address()
      closed.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    }),
  )
  const { message } = await told(t, `http://${good}127.0.0.1:${port}`, await simulate(t))
  match(message, /^the proxy http:\/\/127\.0\.0\.1:\d+ cannot be reached .*; check proxy of the input/)
})

test('a stranger behind the proxy is still a stranger', async t => {
  const proxy = await startConnectProxy(t, account)
  const { message } = await told(t, `http://${good}127.0.0.1:${proxy.port}`, await simulate(t, stranger))
  match(message, /cannot be reached through the proxy http:\S+: its certificate comes from an authority/)
})

test('a stop while the proxy does not answer ends at once, and closes the connection to it', async t => {
  const proxy = await startConnectProxy(t, { ...account, instead: null })
  const { stop, ended } = open(t, await simulate(t), `http://${good}127.0.0.1:${proxy.port}`)
  await until('the proxy is asked', () => proxy.connections === 1)
  stop()
  deepEqual(await ended, { kind: 'stopped', clean: true })
  await until('the connection is closed', () => proxy.connections === 0)
})
