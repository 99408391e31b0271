// An address that leads somewhere else than to Proofpoint: what a session says of it is what an operator reads.

import { equal, match } from 'node:assert/strict'
import dns from 'node:dns'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { liveAddress } from '@podpipe/ingest/address.ts'
import { afterSession, messageOf } from '@podpipe/ingest/session-end.ts'
import { createAuthority } from '@podpipe/simulators/authority.ts'
import { openSession } from '../kit/chains/session.ts'
import { listen } from '../kit/listen.ts'

const authority = await createAuthority()
setDefaultCACertificates([...getCACertificates('default'), authority.chain])
const trusted = await authority.server()
const untrusted = await (await createAuthority('stranger')).server()
const sameName = await (await createAuthority()).server()

/** What the operator is told after one try. */
async function told(t: TestContext, base: string) {
  const address = liveAddress(`${base}/v1/stream`, 'acme_hosted', 'message')
  const end = await openSession(t, address, { apiKey: 'secret-canary' }).ended
  const { level, ...next } = afterSession(end, 1, 60_000, 0)
  const message = messageOf(next)
  equal(message.includes('secret-canary'), false)
  return { level, message, kind: end.kind }
}

const web = (answer: (request: IncomingMessage, response: ServerResponse) => void, keys = trusted) =>
  createHttpsServer(keys, answer)

const page = web((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Welcome</title>')
})
const redirect = web((_, response) => {
  response.writeHead(302, { location: 'https://login.example/' }).end()
})
const garbage = createServer(socket => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
const stranger = web((_, response) => void response.end(), untrusted)
const impostor = web((_, response) => void response.end(), sameName)
const plain = createServer(socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
const mute = createServer(socket => void socket.destroy())

for (const [name, server, level, expected] of [
  [
    'a page of HTML',
    page,
    'error',
    /this is not Proofpoint's log API: it answers 200 with an HTML page; check/,
  ],
  [
    'a redirect',
    redirect,
    'error',
    /this is not Proofpoint's log API: it answers 302, a redirect.*override_url/,
  ],
  ['a port that speaks another protocol', garbage, 'error', /not Proofpoint's log API: TLS cannot be spoken/],
  [
    'a port without TLS',
    plain,
    'error',
    /this is not Proofpoint's log API: TLS cannot be spoken.*override_url/,
  ],
  [
    'a certificate of an unknown authority',
    stranger,
    'error',
    /authority that this machine does not know.*CERTS/,
  ],
  [
    'an authority with the name of a known one',
    impostor,
    'error',
    /authority that this machine does not know/,
  ],
  ['a port that hangs up', mute, 'warn', /^Proofpoint cannot be reached: /],
] as const) {
  test(`a server that is not Proofpoint is named as such: ${name}`, async t => {
    const port = await listen(t, server)
    const found = await told(t, `wss://localhost:${port}`)
    match(found.message, expected)
    equal(found.level, level)
  })
}

test('a certificate for another host is named', async t => {
  const port = await listen(
    t,
    web((_, response) => void response.end()),
  )
  t.mock.method(dns, 'lookup', answering(null, [{ address: '127.0.0.1', family: 4 }]))
  const { level, message } = await told(t, `wss://logstream.example:${port}`)
  match(message, /certificate is for another host.*logstream\.example/)
  equal(level, 'error')
})

test('a host name that nobody knows is named', async t => {
  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND logstream.example'), { code: 'ENOTFOUND' })
  t.mock.method(dns, 'lookup', answering(unknown))
  const { level, message, kind } = await told(t, 'wss://logstream.example')
  match(message, /host name is not known here.*logstream\.example/)
  equal(level, 'warn')
  equal(kind, 'unreachable')
})

test('a port where nobody listens is named', async t => {
  const server = createServer()
  const port = await listen(t, server)
  await new Promise(resolve => server.close(resolve))
  const { level, message } = await told(t, `wss://localhost:${port}`)
  match(message, new RegExp(`nobody listens.*127\\.0\\.0\\.1:${port}.*override_url_base`))
  equal(level, 'warn')
})

/** A name server that gives one answer to everything, so that no question leaves this machine. */
function answering(error: Error | null, addresses: { address: string; family: number }[] = []) {
  return (_: string, options: dns.LookupOptions, callback: (...answer: unknown[]) => void) => {
    const [first] = addresses
    if (options.all === true) process.nextTick(callback, error, addresses)
    else process.nextTick(callback, error, first?.address, first?.family)
  }
}
