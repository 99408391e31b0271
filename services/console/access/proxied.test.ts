import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { proxied } from './proxied.ts'

const settings = {
  proxy: { addresses: ['10.1.0.0/16'], userHeader: 'x-user', groupsHeader: 'x-groups' },
  groups: { viewer: ['staff'], operator: ['mail'], admin: ['root'], otherwise: 'none' as const },
}

for (const [name, headers, address, expected] of [
  [
    'the proxy names somebody',
    { 'x-user': 'anna', 'x-groups': 'staff, mail' },
    '10.1.2.3',
    { name: 'anna', role: 'operator' },
  ],
  [
    'over a socket of IPv6',
    { 'x-user': 'anna', 'x-groups': 'root' },
    '::ffff:10.1.2.3',
    { name: 'anna', role: 'admin' },
  ],
  [
    'somebody of no group',
    { 'x-user': 'anna', 'x-groups': 'others' },
    '10.1.2.3',
    { name: 'anna', role: undefined },
  ],
  ['no groups at all', { 'x-user': 'anna' }, '10.1.2.3', { name: 'anna', role: undefined }],
  ['the proxy names nobody', { 'x-groups': 'root' }, '10.1.2.3', undefined],
  ['somebody else writes the header', { 'x-user': 'anna', 'x-groups': 'root' }, '10.2.0.1', undefined],
  [
    'somebody writes it and says that he is the proxy',
    { 'x-user': 'anna', 'x-forwarded-for': '10.1.2.3' },
    '10.2.0.1',
    undefined,
  ],
  [
    'a header of his own beside the one of the proxy',
    { 'x-user': 'root, anna', 'x-groups': 'root' },
    '10.1.2.3',
    undefined,
  ],
  ['an empty name', { 'x-user': '' }, '10.1.2.3', undefined],
] as const) {
  test(name, () => deepEqual(proxied(headers, address, settings), expected))
}

test('without a header in the configuration nobody is signed in by a proxy', () => {
  const proxy = { ...settings.proxy, userHeader: undefined }
  deepEqual(proxied({ 'x-user': 'anna', 'x-groups': 'root' }, '10.1.2.3', { ...settings, proxy }), undefined)
})
