// Every route of the API by its document: who may use it, and that nobody else does.

import { deepEqual, equal, match } from 'node:assert/strict'
import { after, test } from 'node:test'
import { own, people, testConsole } from './test-console.ts'

// A new route gets its line here: who may use it is decided, not come by.
const rights = `
  GET /api/v1/activity                admin
  GET /api/v1/about                   viewer
  GET /api/v1/live                    viewer
  GET /api/v1/samples                 viewer
  GET /api/v1/sessions                viewer
  GET /api/v1/sessions/notes          viewer
  GET /api/v1/collectors              viewer
  GET /api/v1/collectors/{name}       viewer
  GET /api/v1/collectors/{name}/revisions   viewer
  POST /api/v1/collectors/preview     admin
  POST /api/v1/collectors/changes     admin
  POST /api/v1/collectors/rekey       admin
  GET /api/v1/events                  viewer
  GET /api/v1/event                   viewer
  GET /api/v1/event/bytes             content
  GET /api/v1/find                    viewer
  GET /api/v1/rejected                viewer
  GET /api/v1/rejected/reasons        viewer
  GET /api/v1/rejected/redrive        viewer
  POST /api/v1/rejected/redrive       operator
  POST /api/v1/rejected/redrive/preview     operator
  POST /api/v1/rejected/redrive/stop  operator
  GET /api/v1/replays                 viewer
  POST /api/v1/replays                operator
  POST /api/v1/replays/preview        operator
  POST /api/v1/replays/{name}/resume  operator
  POST /api/v1/replays/{name}/pause   operator
  POST /api/v1/replays/{name}/end     operator
  GET /api/v1/access                 open
  POST /api/v1/access                open
  PUT /api/v1/access                 viewer
  DELETE /api/v1/access              viewer
  GET /api/v1/access/oidc            open
  GET /api/v1/access/oidc/callback   open
`
  .trim()
  .split('\n')
  .map(line => line.trim().split(/\s+/))

const { server, signIn } = await testConsole({ after }, { content: 'admin' })
const { paths = {} } = server.swagger()
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods ?? {}).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    right: String((operation as { 'x-right'?: string })['x-right']),
  })),
)

test('the document tells of each route who may use it', () => {
  deepEqual(
    routes.map(({ method, path, right }) => `${method} ${path} ${right}`).sort(),
    rights.map(row => row.join(' ')).sort(),
  )
})

const allowed: Readonly<Record<string, readonly string[]>> = {
  stranger: ['open'],
  viewer: ['open', 'viewer'],
  operator: ['open', 'viewer', 'operator'],
  admin: ['open', 'viewer', 'operator', 'content', 'admin'],
}

for (const who of ['stranger', ...people.map(({ name }) => name)]) {
  test(`${who} is let by where the right is one of ${allowed[who]?.join(', ')}, and nowhere else`, async () => {
    for (const { method, path, right } of routes) {
      // Signing out ends the session, so each route gets a new one.
      const cookie = who === 'stranger' ? undefined : await signIn(who)
      const response = await server.inject({
        method: method as 'GET',
        url: path.replaceAll(/\{[^}]+\}/g, 'x'),
        headers: { ...own, ...(cookie !== undefined && { cookie }) },
        payloadAsStream: true,
      })
      response.stream().destroy()
      const isLetBy = response.statusCode !== 401 && response.statusCode !== 403
      // An empty sign-in is a bad request, whoever makes it.
      equal(isLetBy, allowed[who]?.includes(right), `${method} ${path}: ${response.statusCode}`)
      if (!isLetBy) equal(response.statusCode, who === 'stranger' ? 401 : 403, `${method} ${path}`)
    }
  })
}

for (const [from, headers] of [
  ['without the header of the page', {}],
  ['of another origin', { ...own, origin: 'https://evil.example' }],
  ['of an origin that is none', { ...own, origin: 'null' }],
  ['of another site, as the browser says', { ...own, 'sec-fetch-site': 'cross-site' }],
  ['of a neighbour below the same domain', { ...own, 'sec-fetch-site': 'same-site' }],
  ['typed into the address bar, which writes nothing', { ...own, 'sec-fetch-site': 'none' }],
] as const) {
  test(`every write ${from} is refused, also with the session of an admin`, async () => {
    const cookie = (await signIn('admin')) ?? ''
    for (const { method, path } of routes.filter(each => each.method !== 'GET')) {
      const response = await server.inject({
        method: method as 'POST',
        url: path.replaceAll(/\{[^}]+\}/g, 'x'),
        headers: { cookie, ...headers },
      })
      equal(response.statusCode, 403, `${method} ${path}`)
      match(response.json<{ why: string }>().why, /another page|no other page can send/, `${method} ${path}`)
    }
    // None of them has ended the session either.
    equal((await server.inject({ url: '/api/v1/about', headers: { cookie } })).statusCode, 200)
  })
}

test('what a page of another origin asks for it cannot read', async () => {
  const cookie = (await signIn('admin')) ?? ''
  for (const { path } of routes.filter(each => each.method === 'GET')) {
    const response = await server.inject({
      url: path.replaceAll(/\{[^}]+\}/g, 'x'),
      headers: { cookie, origin: 'https://evil.example' },
      payloadAsStream: true,
    })
    response.stream().destroy()
    equal(response.headers['access-control-allow-origin'], undefined, path)
    equal(response.headers['cross-origin-resource-policy'], 'same-origin', path)
  }
})
