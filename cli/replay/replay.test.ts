import { rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFolder, createPems } from '@podpipe/runtime/config/fixture.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { replayCommand } from './replay.ts'

const pems = await createPems()

async function refused(t: TestContext, expected: RegExp, ...args: string[]): Promise<void> {
  const command = replayCommand()
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
  const run = command.parseAsync(['--config', createFolder(t, pems), ...args], { from: 'user' })
  await rejects(run, error => error instanceof ConfigurationError && expected.test(error.message))
}

const hour = ['--from', '2024-05-22T10:00:00Z', '--to', '2024-05-22T11:00:00Z']

for (const [name, args, expected] of [
  ['nothing to go through', hour, /Say --through dedup/],
  [
    'another stage',
    ['--through', 'ingest', ...hour],
    /--through ingest: .*through dedup, and through nothing else/,
  ],
  ['no range', ['--through', 'dedup', '--from', '5', '--to', '5'], /nothing between them/],
  [
    'an unknown service',
    ['--through', 'dedup', '--service', 'mesage', ...hour],
    /--service mesage: .*message, maillog, audit/,
  ],
  ['a name with a dot', ['--through', 'dedup', '--name', 'a.b', ...hour], /--name a\.b: .*letters/],
] as const) {
  test(`${name} is refused before Kafka is asked`, t => refused(t, expected, ...args))
}
