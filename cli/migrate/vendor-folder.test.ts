// A folder of the vendor's collector on the disk: what is found in it, and from when each stream goes on.

import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createFolder, createPems, secret } from '@podpipe/runtime/config/fixture.ts'
import { planBeginnings } from './migrate-plan.ts'
import { reportMigration, textOf } from './migrate-report.ts'
import { hostile, states } from './test-pickles.ts'
import { readVendorFolder } from './vendor-folder.ts'

const pems = await createPems()
// Two hours after the time in the pickled state.
const ten = Date.UTC(2026, 10, 24, 10)
const now = ten + 7_200_000
const earlier = ten - 3_600_000

/** A folder with these state files of the service message; more than one has names of more than one version. */
function folderWith(t: TestContext, files: Readonly<Record<string, Uint8Array>>) {
  const directory = join(createFolder(t, pems), '..', '..')
  mkdirSync(join(directory, 'state'))
  for (const [submodule, bytes] of Object.entries(files)) {
    const name = hash('md5', `proofpoint_on_demand;12345;message;${submodule}`)
    writeFileSync(join(directory, 'state', name), bytes)
  }
  return directory
}

const good = Buffer.from(states[4] ?? '', 'hex')
const evil = Buffer.from(hostile[4] ?? '', 'hex')

for (const [name, files, since, expected] of [
  ['its state', { predefined: good }, undefined, [ten, /^last_event_time of its state$/]],
  ['its state, where --since is later', { predefined: good }, now, [ten, /of its state/]],
  ['--since, where it is earlier', { predefined: good }, earlier, [earlier, /--since, earlier/]],
  ['--since, without a state', {}, earlier, [earlier, /^--since$/]],
  ['the one state of two that says it', { predefined: evil, all: good }, undefined, [ten, /of its state/]],
  ['nothing', {}, undefined, [undefined, /it has no state file/]],
  ['nothing, with a state that is code', { predefined: evil }, undefined, [undefined, /posix\.system/]],
  ['nothing, with ten megabytes', { predefined: Buffer.alloc(10 << 20) }, undefined, [undefined, /10485760/]],
] satisfies [string, Record<string, Uint8Array>, number | undefined, [number | undefined, RegExp]][]) {
  test(`a stream begins by ${name}`, t => {
    const folder = readVendorFolder(folderWith(t, files), undefined, {}, now)
    const [message, maillog] = planBeginnings(folder, since)
    equal(message?.session, 'acme_hosted/message')
    equal(message?.from, expected[0])
    match(message?.why ?? '', expected[1])
    equal(maillog?.from, since)
  })
}

test('the folder is told line by line, without its secrets', t => {
  const directory = folderWith(t, { predefined: good })
  writeFileSync(join(directory, 'docker-compose.yml'), 'image: devo/collector-proofpoint_on_demand:1.2.1\n')
  writeFileSync(join(directory, 'state', 'DevoSender'), good)
  const folder = readVendorFolder(directory, undefined, {}, now)
  const report = reportMigration(folder, planBeginnings(folder, undefined), new Map(), now)
  const text = textOf(report, folder)
  for (const line of [
    /collector +version 1\.2\.1, by docker-compose\.yml\n/,
    /configuration .*: valid\n/,
    /certificate +certs\/acme\.crt: \d+ days left\n/,
    /state .*DevoSender: of no stream in the configuration/,
    /last_event_time 2026-11-24T10:00:00\.000Z, taken\n/,
    /begin +acme_hosted\/maillog needs --since: it has no state file\n/,
    /next +name a time for acme_hosted\/maillog: --since TIME\n/,
  ]) {
    match(text, line)
  }
  ok(!`${text}${JSON.stringify(report)}`.includes(secret))
})

test('a folder whose configuration has faults is told with them, and no stream begins', t => {
  const directory = folderWith(t, { predefined: good })
  writeFileSync(join(directory, 'config', 'config.yaml'), 'inputs: {}\n')
  const folder = readVendorFolder(directory, undefined, {}, now)
  ok('faults' in folder.config && folder.config.faults.length > 0)
  deepEqual(planBeginnings(folder, earlier), [])
})

test('a folder that is not there is explained', () => {
  throws(() => readVendorFolder('/no/such', undefined, {}, now), /there is no such folder\. Name the one/)
})
