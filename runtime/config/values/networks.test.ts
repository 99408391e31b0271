import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, isWithin, networkFault } from './networks.ts'

for (const good of ['10.1.2.3', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0']) {
  test(`${good} is an address or a network`, () => equal(networkFault(good), undefined))
}

for (const bad of [
  '',
  'proxy',
  '10.1.2',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  'fd00::/129',
  '10.0.0.0/-1',
]) {
  test(`"${bad}" is none`, () => match(networkFault(bad) ?? '', /write one such as/))
}

for (const [address, networks, expected] of [
  ['10.1.2.3', ['10.1.2.3'], true],
  ['10.1.2.4', ['10.1.2.3'], false],
  ['10.1.2.4', ['192.168.0.0/16', '10.0.0.0/8'], true],
  ['::ffff:10.1.2.4', ['10.0.0.0/8'], true],
  ['::ffff:11.1.2.4', ['10.0.0.0/8'], false],
  ['fd00::7', ['fd00::/8'], true],
  ['fe80::7', ['fd00::/8'], false],
  ['::1', ['127.0.0.1'], false],
  ['10.1.2.3', [], false],
  ['', ['0.0.0.0/0'], false],
  ['10.1.2.3, 127.0.0.1', ['127.0.0.1'], false],
] as const) {
  test(`${address || 'nothing'} is ${expected ? '' : 'not '}of ${networks.join(', ') || 'nothing'}`, () =>
    equal(isWithin(address, networks), expected))
}

for (const [host, expected] of [
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
] as const) {
  test(`${host} is ${expected ? '' : 'not '}this machine itself`, () => equal(isLoopback(host), expected))
}
