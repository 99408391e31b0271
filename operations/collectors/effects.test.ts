// What a change of collectors does to the sessions, as it is said before.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { sealingKeyOf } from '@podpipe/runtime/collectors/sealing.ts'
import { withCollectors } from '@podpipe/runtime/collectors/with-collectors.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { createPems, surroundings, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { interpret } from '@podpipe/runtime/config/interpret.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import { readDraft, withEnabled } from './draft.ts'
import { effectsOf } from './effects.ts'

const files = surroundings(await createPems())
const base = interpret(vendorFile, files).config as PodpipeConfig
const key = sealingKeyOf('k'.repeat(32))
const around = { env: {}, now: files.now, readText: files.readText, key }
const text = JSON.stringify({
  inputs: {
    globex: {
      id: '1',
      credentials: { cluster_id: 'globex_hosted', api_key: 'one' },
      services: { message: {}, audit: { override_tag_base: 'a.b.c' } },
    },
  },
})

function revision(json: string, current?: Collector): Collector {
  const among = { ...around, inputs: [], kinds: base.services, places: { ...around, directory: '/pod' } }
  const { kept, faults } = readDraft(json, { current, key, among })
  if (kept === undefined) throw new Error(JSON.stringify(faults))
  return { ...kept, revision: 1, at: 0, by: 'anna', what: 'edited', from_revision: null }
}

const first = revision(text)
const config = (...collectors: Collector[]) => withCollectors(base, collectors, around)
const edited = (from: string, to: string) => config(revision(text.replace(from, to), first))

for (const [name, before, after, expected] of [
  ['nothing', config(first), config(first), { sessions: [], live: [], undisturbed: 4 }],
  [
    'added',
    base,
    config(first),
    { sessions: ['globex_hosted/audit starts', 'globex_hosted/message starts'], live: [], undisturbed: 2 },
  ],
  [
    'disabled',
    config(first),
    config({ ...first, ...withEnabled(first, false) }),
    { sessions: ['globex_hosted/audit stops', 'globex_hosted/message stops'], live: [], undisturbed: 2 },
  ],
  [
    'removed',
    config(first),
    config({ ...first, what: 'removed' }),
    { sessions: ['globex_hosted/audit stops', 'globex_hosted/message stops'], live: [], undisturbed: 2 },
  ],
  [
    'another period of one service',
    config(first),
    edited('"message":{}', '"message":{"request_period_in_seconds":5}'),
    { sessions: ['globex_hosted/message restarts'], live: [], undisturbed: 3 },
  ],
  [
    'another tag',
    config(first),
    edited('a.b.c', 'a.b.d'),
    { sessions: [], live: ['inputs.globex.services.audit'], undisturbed: 4 },
  ],
  [
    'another API key',
    config(first),
    edited('"one"', '"two"'),
    { sessions: [], live: ['inputs.globex.credentials'], undisturbed: 4 },
  ],
] as const) {
  test(`what is said of: ${name}`, () => {
    const { sessions, ...rest } = effectsOf(before, after)
    deepEqual({ sessions: sessions.map(({ session, what }) => `${session} ${what}`), ...rest }, expected)
  })
}
