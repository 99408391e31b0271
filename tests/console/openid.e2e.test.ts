// Signing in by OpenID Connect against a real issuer: the way there and back, and every way to cheat on it.

import { deepEqual, equal, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { own, type TestConsole, testConsole } from '@podpipe/console/access/test-console.ts'
import type { WhoAmI } from '@podpipe/console/api/access-schema.ts'
import { type Issuer, startIssuer } from '../kit/screens/issuer.ts'

const publicUrl = 'http://127.0.0.1:8100/pod/'
const path = 'api/v1/access/oidc'

interface Meeting {
  readonly issuer: Issuer
  readonly console: TestConsole
  /** Goes to the issuer and comes back as a browser does; the address with which it comes back, and its cookie. */
  travel(): Promise<{ readonly returned: URL; readonly cookie: string }>
  /** Comes back to the console. */
  arrive(returned: URL, cookie: string): Promise<{ readonly place: string; readonly session: string }>
}

async function meet(t: TestContext): Promise<Meeting> {
  const issuer = await startIssuer(t, () => `${publicUrl}${path}/callback`)
  const { issuer: url, client_id: clientId, client_secret: clientSecret } = issuer.settings
  const claims = { scopes: 'openid profile', nameClaim: 'preferred_username', groupsClaim: 'groups' }
  const console = await testConsole(t, {
    users: [],
    publicUrl,
    oidc: { issuer: url, clientId, clientSecret, ...claims },
  })
  const { server } = console
  return {
    issuer,
    console,
    async travel() {
      const response = await server.inject({ url: `/${path}?place=${encodeURIComponent('#/outputs?a=b')}` })
      equal(response.statusCode, 302)
      match(
        String(response.headers['set-cookie']),
        /Path=\/pod\/api\/v1\/access\/oidc; HttpOnly; SameSite=Lax/,
      )
      const [errand] = response.cookies
      return {
        returned: await followed(String(response.headers.location)),
        cookie: `${errand?.name}=${errand?.value}`,
      }
    },
    async arrive(returned, cookie) {
      const response = await server.inject({
        url: `/${path}/callback${returned.search}`,
        headers: { cookie },
      })
      equal(response.statusCode, 302)
      const session = response.cookies.find(({ name, value }) => name.endsWith('.session') && value !== '')
      return {
        place: String(response.headers.location),
        session: session ? `${session.name}=${session.value}` : '',
      }
    },
  }
}

/** Follows the issuer's redirects with its cookies, until it sends the browser back. */
async function followed(to: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(to)
  while (!url.href.startsWith(publicUrl)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null)
      throw new Error(`the issuer stays at ${url}: ${response.status} ${await response.text()}`)
    url = new URL(location, url)
  }
  return url
}

test('whom the issuer knows is signed in with the role of the groups, back where it was', async t => {
  const { issuer, console, travel, arrive } = await meet(t)
  issuer.person = { name: 'anna', groups: ['staff', 'mail'] }
  const { returned, cookie } = await travel()
  const { place, session } = await arrive(returned, cookie)
  equal(place, `${publicUrl}#/outputs?a=b`)
  const who = (
    await console.server.inject({ url: '/api/v1/access', headers: { cookie: session } })
  ).json<WhoAmI>()
  deepEqual([who.name, who.role, who.by], ['anna', 'operator', 'oidc'])
  deepEqual(
    console.noted.map(({ what, who, words }) => [what, who, words.result, words.by]),
    [['sign.in', 'anna', 'done', 'oidc']],
  )

  // The same groups mean another role from now on: who signed in by the old ones is asked again.
  const { groups } = console.room.live.current.console
  console.change({ groups: { ...groups, operator: [] } })
  const { statusCode } = await console.server.inject({ url: '/api/v1/about', headers: { cookie: session } })
  equal(statusCode, 401)

  equal(
    (await arrive(returned, cookie)).place,
    `${publicUrl}#/outputs?a=b&failed=refused`,
    'a code counts once',
  )
})

for (const [name, person, failure] of [
  ['somebody of no group', { name: 'ben', groups: ['others'] }, 'no-role'],
  ['somebody whom the issuer refuses', undefined, 'refused'],
] as const) {
  test(`${name} is not let in, and the page says why`, async t => {
    const { issuer, console, travel, arrive } = await meet(t)
    issuer.person = person
    const { returned, cookie } = await travel()
    deepEqual(await arrive(returned, cookie), {
      place: `${publicUrl}#/outputs?a=b&failed=${failure}`,
      session: '',
    })
    equal(console.noted.at(-1)?.words.result, 'refused')
  })
}

test('what comes back has to be what went out', async t => {
  const { issuer, travel, arrive } = await meet(t)
  issuer.person = { name: 'anna', groups: ['root'] }
  const [mine, other] = [await travel(), await travel()]
  const tampered = new URL(mine.returned)
  tampered.searchParams.set('state', 'x')
  const without = new URL(mine.returned)
  without.searchParams.delete('iss')
  for (const [returned, cookie, failure] of [
    [mine.returned, '', 'stale'],
    [mine.returned, 'podpipe.pod.errand=x', 'stale'],
    [mine.returned, other.cookie, 'refused'],
    [tampered, mine.cookie, 'refused'],
    [without, mine.cookie, 'refused'],
  ] as const) {
    const place = failure === 'stale' ? '#/flow?' : '#/outputs?a=b&'
    deepEqual(await arrive(returned, cookie), { place: `${publicUrl}${place}failed=${failure}`, session: '' })
  }
})

test('a place is a place of the page, and no other address', async t => {
  const { console } = await meet(t)
  for (const place of ['https://evil.example', '//evil.example', '#x', '#/\nx']) {
    const { statusCode } = await console.server.inject({ url: `/${path}?place=${encodeURIComponent(place)}` })
    equal(statusCode, 400, place)
  }
})

test('an issuer that does not answer is told on the page', async t => {
  const { console } = await meet(t)
  const { oidc } = console.room.live.current.console
  if (oidc !== undefined) console.change({ oidc: { ...oidc, issuer: 'http://localhost:9' } })
  const { statusCode, headers } = await console.server.inject({ url: `/${path}`, headers: own })
  deepEqual([statusCode, headers.location], [302, `${publicUrl}#/flow?failed=unreachable`])
})
