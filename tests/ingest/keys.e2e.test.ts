// A key that Proofpoint refuses is renewed while ingest runs: where it stands, without a restart.

import { doesNotMatch, equal } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testChain } from '../kit/chains/chain.ts'
import { until } from '../kit/eventually.ts'

// The first wait after a 401 may last 30 s, the ones behind it minutes; the key is looked at every second.
for (const [name, credentials, renew] of [
  [
    'in config.yaml',
    'api_key: canary-old',
    (config: string) =>
      writeFileSync(config, readFileSync(config, 'utf8').replace('canary-old', 'canary-new')),
  ],
  [
    'in a file of its own',
    'api_key_file: api.key',
    (config: string) => writeFileSync(join(config, '..', '..', 'certs', 'api.key'), 'canary-new\n'),
  ],
] as const) {
  test(`an API key renewed ${name} opens the sessions without a restart`, async t => {
    const chain = await testChain(t, { proofpoint: { tokens: ['canary-new'] } })
    const config = chain.configFile
    writeFileSync(join(config, '..', '..', 'certs', 'api.key'), 'canary-old\n')
    writeFileSync(config, readFileSync(config, 'utf8').replace('api_key: simulated-token', credentials))
    const ingest = chain.start('ingest')
    await until('every stream is refused', () => (chain.proofpoint.stats().refused[401] ?? 0) >= 3)

    renew(config)
    await until('every session is open', () => chain.proofpoint.stats().sessions.length === 3)
    equal(ingest.running, true)
    doesNotMatch(readFileSync(ingest.logFile, 'utf8'), /canary/)
    await chain.stopServices()
  })
}
