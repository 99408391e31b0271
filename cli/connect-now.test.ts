import { rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { connectNow } from './connect-now.ts'

const nobody = '127.0.0.1:1'

for (const [name, brokers, expected] of [
  [
    'a cluster',
    [nobody],
    /^Kafka does not answer at 127\.0\.0\.1:1: connect ECONNREFUSED .*kafka\.brokers.* The configuration is \/c\.yaml\./,
  ],
  [
    "podpipe's own",
    [],
    /^podpipe's own Kafka does not answer at 127\.0\.0\.1:1: .*again in a moment; podpipe status/,
  ],
] as const) {
  test(`what is said where ${name} does not answer`, async () => {
    const config = { file: '/c.yaml', kafka: { brokers, security: {} } } as unknown as PodpipeConfig
    await rejects(connectNow(config, [nobody], 'test'), { name: 'ConfigurationError', message: expected })
  })
}
