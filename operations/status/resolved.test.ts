import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { processesAt } from './resolved.ts'

for (const [at, expected] of [
  ['127.0.0.1:8101', [{ name: 'service', address: '127.0.0.1:8101' }]],
  ['[::1]:8101', [{ name: 'service', address: '[::1]:8101' }]],
  // Of one family only: a process that listens on both is one.
  ['localhost:8101', [{ name: 'localhost', address: '127.0.0.1:8101' }]],
  ['nowhere.invalid:8101', [{ name: 'nowhere.invalid', address: 'nowhere.invalid:8101' }]],
] as const) {
  test(`${at} is ${expected.map(({ address }) => address)}`, async () =>
    deepEqual(await processesAt([at]), expected))
}
