// One session for each stream, of the archive, closed at once; and every answer explained.

import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Input, InputService } from '@podpipe/runtime/config/config.ts'
import { kindOf } from '@podpipe/schemas/service.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { checkInput } from './proofpoint.ts'

const folder = mkdtempSync(join(tmpdir(), 'podpipe-proofpoint-'))
after(() => rmSync(folder, { recursive: true }))
const certificates = await createCertificates(folder)
const proofpoint = await startProofpoint({
  certificates,
  events: { message: 5 },
  tokens: ['first', 'second'],
})
after(() => proofpoint.close())

const stream = (service: 'message' | 'maillog', url = proofpoint.url): InputService => ({
  ...kindOf(service),
  service,
  requestPeriodMs: 60_000,
  startTime: undefined,
  startAt: undefined,
  tag: 'x',
  url: `${url}/v1/stream`,
  ca: certificates.chainFile,
  proxy: undefined,
})

const input: Input = {
  name: 'i',
  id: '1',
  enabled: true,
  cluster: 'simulated_hosted',
  apiKey: 'first',
  backfillApiKey: 'second',
  environment: undefined,
  services: [stream('message'), stream('maillog')],
}

test('each stream and the second key have a session, and no live event goes to it', async () => {
  const before = proofpoint.stats()
  const checks = await checkInput(input, Date.now())
  deepEqual(
    checks.map(({ part, isGood }) => [part, isGood]),
    [
      ['inputs.i.services.message', true],
      ['inputs.i.services.maillog', true],
      ['inputs.i.credentials.backfill_api_key', true],
    ],
  )
  const { accepted, ends, sessions } = proofpoint.stats()
  deepEqual([accepted - before.accepted, sessions, ends], [3, [], { clean: 3, unclean: 0 }])
  equal(proofpoint.progress().message.sent, 0)
})

for (const [status, expected] of [
  [400, /400: Proofpoint finds the request malformed; check cluster_id/],
  [401, /401: Proofpoint refuses the API key; check that it belongs to cluster_id/],
  [404, /404: .*check override_url_base/],
  [405, /405: .*WebSocket endpoint/],
] as const) {
  test(`${status} is a cross, and explained`, async () => {
    proofpoint.refuseNext(status)
    const [first, second] = await checkInput(input, Date.now())
    match(first?.text ?? '', expected)
    deepEqual([first?.isGood, second?.isGood], [false, true])
  })
}

test('409 is a tick: a session is open, and the key is right', async () => {
  proofpoint.refuseNext(409)
  const [first] = await checkInput(input, Date.now())
  equal(first?.isGood, true)
  match(
    first?.text ?? '',
    /^answered with 409: a session uses this key just now, .*Key, cluster and address are right/,
  )
})

test('a wrong key and an address where nobody is are crosses', async () => {
  const [wrong] = await checkInput({ ...input, apiKey: 'canary' }, Date.now())
  match(wrong?.text ?? '', /401/)
  equal(wrong?.text.includes('canary'), false)
  const [nobody] = await checkInput(
    { ...input, services: [stream('message', 'wss://localhost:1')] },
    Date.now(),
  )
  match(nobody?.text ?? '', /nobody listens at this address/)
})
