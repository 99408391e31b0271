import { rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFolder, createPems, vendorFile } from '@podpipe/runtime/config/fixture.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { CommanderError } from 'commander'
import { replayCommand } from './replay.ts'

const pems = await createPems()
const outputs = `outputs:
  resting: {type: syslog, enabled: false, config: {address: 127.0.0.1, port: 514}}
  shown: {type: console}
  audits: {type: syslog, services: [audit], config: {address: 127.0.0.1, port: 514}}
`
const file = vendorFile.replace('outputs:\n', outputs)

async function refused(t: TestContext, expected: RegExp, ...args: string[]): Promise<void> {
  const command = replayCommand()
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
  const run = command.parseAsync(['--config', createFolder(t, pems, file), ...args], { from: 'user' })
  await rejects(run, error => error instanceof ConfigurationError && expected.test(error.message))
}

const hour = ['--from', '2024-05-22T10:00:00Z', '--to', '2024-05-22T11:00:00Z']
const dedup = ['--through', 'dedup']
const output = ['--output', 'devo_1']

for (const [name, args, expected] of [
  ['nothing to do with the events', hour, /Say one of --output NAME, --resume NAME and --through dedup/],
  ['two things to do with them', [...dedup, ...output, ...hour], /Say one of --output NAME/],
  [
    'another stage',
    ['--through', 'ingest', ...hour],
    /--through ingest: .*through dedup, and through nothing else/,
  ],
  ['no range', [...dedup, '--from', '5', '--to', '5'], /nothing between them/],
  ['a range without an end', [...output, '--from', '-1h'], /--to is missing/],
  ['a range without a beginning', [...output, '--to', '-1h'], /--from is missing/],
  [
    'a range in the wrong order',
    [...output, '--from', '-1h', '--to', '-2h'],
    /--from -1h does not lie before --to -2h/,
  ],
  [
    'a range in the future',
    [...output, '--from', '-1h', '--to', '2999-01-01'],
    /--to 2999-01-01: lies in the future/,
  ],
  ['no time', [...output, '--from', 'soon', '--to', 'now'], /--from soon: is no date and time/],
  [
    'an unknown service',
    [...dedup, '--service', 'mesage', ...hour],
    /--service mesage: .*Did you mean message\?/,
  ],
  ['one among several', [...dedup, '--service', 'audit', '--service', 'mail', ...hour], /--service mail: /],
  [
    'a service that the output does not take',
    ['--output', 'audits', '--service', 'message', ...hour],
    /output audits does not take.*only audit/,
  ],
  [
    'an unknown output',
    ['--output', 'devo1', ...hour],
    /--output devo1: .*no such output\. Did you mean devo_1\?/,
  ],
  ['a disabled output', ['--output', 'resting', ...hour], /--output resting: is disabled.*enabled: true/],
  ['the console', ['--output', 'shown', ...hour], /--output shown: is the standard output of the forwarder/],
  ['a match of something else', [...output, '--match', 'from=x', ...hour], /--match from=x: .*--match id=ID/],
  ['a match of no id', [...output, '--match', 'id=', ...hour], /--match id=: .*--match id=ID/],
  ['a name with a dot', [...dedup, '--name', 'a.b', ...hour], /--name a\.b: .*letters/],
  ['a name with a blank', [...output, '--name', 'a b', ...hour], /--name a b: .*letters/],
  [
    'a range for what is gone on with',
    ['--resume', 'x', ...hour],
    /--from means nothing here: --resume goes on/,
  ],
  ['a match for what is gone on with', ['--resume', 'x', '--match', 'id=a'], /--match means nothing here/],
  ['what only dedup knows', [...output, ...hour, '--approximate'], /--approximate means nothing here/],
  ['what only an output knows', [...dedup, ...hour, '--rate', '5'], /--rate means nothing here/],
  ['an unknown word', ['lss'], /podpipe replay lss: there is no such command\. Did you mean ls\?/],
] as const) {
  test(`${name} is refused before Kafka is asked`, t => refused(t, expected, ...args))
}

test('without arguments it helps', async t => {
  const shown: string[] = []
  const command = replayCommand()
    .exitOverride()
    .configureOutput({ writeOut: text => shown.push(text) })
  const run = command.parseAsync(['--config', createFolder(t, pems)], { from: 'user' })
  await rejects(run, error => error instanceof CommanderError && error.exitCode === 0)
  await rejects(run, () => /Examples:[\s\S]*--output devo_1 --from/.test(shown.join('')))
})

for (const rate of ['0', '-1', '1.5', 'fast']) {
  test(`--rate ${rate} is refused`, async t => {
    const command = replayCommand()
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
    const args = ['--config', createFolder(t, pems), ...output, ...hour, '--rate', rate]
    await rejects(command.parseAsync(args, { from: 'user' }), CommanderError)
  })
}
