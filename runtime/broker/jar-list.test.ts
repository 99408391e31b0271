import { deepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { differences, type Jar } from './jar-list.ts'

/** The sum is that of the three bytes "abc", by FIPS 180-2. */
const jar: Jar = {
  group: 'a.b',
  name: 'c_2.13',
  version: '1.0',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  licences: ['MIT'],
}

function aFolder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-jars-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

for (const [name, files, expected] of [
  ['the jars of the list are what they should be', { 'c_2.13-1.0.jar': 'abc', notes: '' }, []],
  ['a missing jar is told', {}, ['c_2.13-1.0.jar is missing']],
  [
    'a jar with other bytes is told',
    { 'c_2.13-1.0.jar': 'abd' },
    ['c_2.13-1.0.jar has other bytes than deploy/kafka/jars.json says'],
  ],
  [
    'a jar that nobody asked for is told',
    { 'c_2.13-1.0.jar': 'abc', 'd-2.jar': '' },
    ['d-2.jar is not in deploy/kafka/jars.json'],
  ],
] as const)
  test(name, t => deepEqual(differences(aFolder(t, files), [jar]), expected))
