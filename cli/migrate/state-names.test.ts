// The names of state files, against digests that md5sum gave.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { stateNames } from './state-names.ts'

const names = stateNames([
  {
    name: 'proofpoint_on_demand',
    id: '12345',
    enabled: true,
    cluster: 'acme_hosted',
    apiKey: 'key',
    backfillApiKey: undefined,
    environment: undefined,
    services: [],
  },
])

for (const [digest, session] of [
  ['805ce1862ecba5776d597158b82fdbd8', 'acme_hosted/message'],
  ['b31c058f9a9bfd51c8c1ba8bdb5862e3', 'acme_hosted/maillog'],
  ['e703ea7eb4e11a2c6b377e8b8ccad0ee', 'acme_hosted/audit'],
  ['f5f3545edb983bdbcb8c86b4abad92a9', undefined],
] as const) {
  test(`${digest} belongs to ${session ?? 'nobody'}`, () => equal(names.get(digest)?.session, session))
}
