// The frame around every resource: headers, one shape of error, a path of a proxy, a page that is not there.

import { deepEqual, equal, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createServer } from './server.ts'
import { testRoom } from './test-room.ts'

async function serve(t: TestContext, basePath = '/'): Promise<FastifyInstance> {
  const server = await createServer(testRoom({ basePath }).room)
  t.after(() => server.close())
  return server
}

for (const [basePath, url] of [
  ['/', '/api/v1/about'],
  ['/tools/podpipe/', '/tools/podpipe/api/v1/about'],
] as const) {
  test(`below ${basePath} the API is at ${url}`, async t => {
    const server = await serve(t, basePath)
    const { statusCode, headers, json } = await server.inject({ url })
    equal(statusCode, 200)
    equal(headers['cache-control'], 'no-store')
    deepEqual(json<{ kinds: string[] }>().kinds, ['message'])
  })
}

test('a path without its last slash leads to the page, whatever stands before it', async t => {
  const server = await serve(t, '/tools/podpipe/')
  const { statusCode, headers } = await server.inject({ url: '/tools/podpipe' })
  deepEqual([statusCode, headers.location], [302, 'podpipe/'])
})

test('every answer forbids frames, foreign scripts and guesses, also one that says no', async t => {
  const server = await serve(t)
  for (const url of ['/', '/api/v1/about', '/nowhere', '/api/v1/nowhere']) {
    const { headers } = await server.inject({ url })
    match(
      String(headers['content-security-policy']),
      /default-src 'none'; script-src 'self'.*frame-ancestors 'none'/,
    )
    equal(headers['x-content-type-options'], 'nosniff')
    equal(headers['x-frame-options'], 'DENY')
  }
})

test('what is not there is answered in the shape of every refusal', async t => {
  const server = await serve(t)
  const { statusCode, json } = await server.inject({ url: '/api/v1/nowhere?secret=1' })
  equal(statusCode, 404)
  deepEqual(Object.keys(json<object>()).sort(), ['fix', 'what', 'where', 'why'])
  equal(json<{ where: string }>().where, 'GET /api/v1/nowhere')
})

for (const path of ['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/assets/../../../package.json']) {
  test(`${path} leads nowhere`, async t => {
    const server = await serve(t)
    const { body } = await server.inject({ url: path })
    equal(body.includes('"workspaces"'), false)
    equal(body.includes('@podpipe'), false)
  })
}
