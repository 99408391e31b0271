import { equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { basisOf, type SessionClaims, standingOf } from './standing.ts'

const groups = { viewer: ['staff'], operator: ['mail'], admin: ['root'], otherwise: 'none' as const }
const settings = {
  users: [{ name: 'anna', passwordHash: 'one', role: 'admin' as const }],
  oidc: {
    issuer: 'https://a.example',
    clientId: 'podpipe',
    clientSecret: 'x',
    scopes: 'openid',
    nameClaim: 'sub',
    groupsClaim: 'groups',
  },
  groups,
  session: { idleMs: 100, lifeMs: 1_000 },
}
const session = (by: SessionClaims['by'], more: Partial<SessionClaims> = {}): SessionClaims => ({
  id: 'a',
  name: 'anna',
  by,
  role: 'admin',
  basis: basisOf({ name: 'anna', by }, settings) ?? '',
  begun: 10_000,
  seen: 10_000,
  ...more,
})
const [anna] = settings.users
if (anna === undefined) throw new Error('no user')

for (const [name, claims, now, endsAt] of [
  ['just begun', session('password'), 10_000, 10_100],
  ['one moment before it has been idle for too long', session('password'), 10_099, 10_100],
  ['idle for too long', session('password'), 10_100, undefined],
  ['somebody was there meanwhile', session('password', { seen: 10_090 }), 10_150, 10_190],
  ['the end of its life is near', session('password', { seen: 10_950 }), 10_960, 11_000],
  ['its life is over, whoever is there', session('password', { seen: 10_999 }), 11_000, undefined],
  ['of another basis', session('password', { basis: 'x' }), 10_000, undefined],
  ['of somebody who is not there', session('password', { name: 'ben' }), 10_000, undefined],
] as const) {
  test(`${name}: it ${endsAt === undefined ? 'has ended' : `ends at ${endsAt}`}`, () =>
    equal(standingOf(claims, settings, now)?.endsAt, endsAt))
}

for (const [name, by, change, isEnded] of [
  ['another password', 'password', { users: [{ ...anna, passwordHash: 'two' }] }, true],
  ['another role', 'password', { users: [{ ...anna, role: 'viewer' as const }] }, true],
  ['a person that was removed', 'password', { users: [] }, true],
  ['one more person', 'password', { users: [{ ...anna, name: 'ben' }, anna] }, false],
  ['groups, which say nothing of a password', 'password', { groups: { ...groups, admin: [] } }, false],
  ['groups', 'oidc', { groups: { ...groups, admin: [] } }, true],
  ['another issuer', 'oidc', { oidc: { ...settings.oidc, issuer: 'https://b.example' } }, true],
  ['no issuer any more', 'oidc', { oidc: undefined }, true],
  ['a new secret at the issuer', 'oidc', { oidc: { ...settings.oidc, clientSecret: 'y' } }, false],
] as const) {
  test(`${name} ${isEnded ? 'ends' : 'does not end'} a session by ${by}`, () =>
    equal(standingOf(session(by), { ...settings, ...change }, 10_000) === undefined, isEnded))
}

test('the basis holds nothing of a hash', () => {
  const basis = basisOf({ name: 'anna', by: 'password' }, settings) ?? ''
  equal(basis.includes('one'), false)
  notEqual(basis, '')
})
