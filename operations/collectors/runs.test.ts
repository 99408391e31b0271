// Which process has which revision: a change that has arrived in one of two is told from one that has in both.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceStatus } from '@podpipe/runtime/http.ts'
import type { Answer } from '../status/ask.ts'
import { runsOf } from './runs.ts'

const read_at = '2026-05-22T12:00:00.000Z'
const answer = (
  address: string,
  service: string,
  parts: ServiceStatus['parts'],
  version = '1.2.3',
): Answer => ({
  ...{ name: service, address },
  status: { ...{ service, version, pid: 1, ready: true, troubles: [] }, parts },
})
const having = (revision?: number): ServiceStatus['parts'] => ({
  configuration: {
    ...{ files: [], read_at, needs_restart: [] },
    ...(revision !== undefined && { collectors: [{ name: 'acme', revision, usable: true }] }),
  },
})
const running = (state: string, name = 'acme_hosted/message'): ServiceStatus['parts'] => ({
  sessions: {
    replica: 'host:1',
    sessions: [{ name, input: 'acme', cluster: 'acme_hosted', service: 'message', state }],
  },
})

for (const [name, answers, expected] of [
  ['nobody answers', [{ name: 'ingest', address: 'a:1', failure: 'nothing listens there' }], []],
  ['who has nothing to do with inputs is not named', [answer('a:1', 'dedup', having(3))], []],
  [
    'a change that has arrived in one of two, of two versions',
    [
      answer('a:1', 'ingest', { ...having(3), ...running('live') }),
      answer('b:1', 'ingest', { ...having(2), ...running('standby') }, '1.2.2'),
      answer('c:1', 'forwarder', having(3)),
    ],
    [
      {
        ...{ service: 'ingest', address: 'a:1', version: '1.2.3', revision: 3, read_at },
        sessions: ['acme_hosted/message'],
      },
      { service: 'ingest', address: 'b:1', version: '1.2.2', revision: 2, read_at, sessions: [] },
      { service: 'forwarder', address: 'c:1', version: '1.2.3', revision: 3, read_at, sessions: [] },
    ],
  ],
  [
    'an input of the file has the age of what was read',
    [answer('a:1', 'ingest', having())],
    [{ service: 'ingest', address: 'a:1', version: '1.2.3', read_at, sessions: [] }],
  ],
  [
    'a process of another version that tells less',
    [answer('a:1', 'ingest', { sessions: { of: 'long ago' } }, '0.0.1')],
    [{ service: 'ingest', address: 'a:1', version: '0.0.1', sessions: [] }],
  ],
] as const satisfies readonly (readonly [string, readonly Answer[], readonly object[]])[]) {
  test(name, () => deepEqual(runsOf('acme', answers), expected))
}
