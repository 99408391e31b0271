import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findJava, majorVersion } from './java.ts'

for (const [printed, major] of [
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ['openjdk version "26-ea" 2026-03-17', 26],
  ['Picked up JAVA_TOOL_OPTIONS: -Dx=y\nopenjdk version "25.0.1" 2025-10-21 LTS', 25],
  ['zsh: command not found', undefined],
] as const) {
  test(`"${printed}" is Java ${major}`, () => assert.equal(majorVersion(printed), major))
}

test('a Java that is new enough is found on the PATH', async t => {
  const home = fakeJava(t, '17.0.15')
  assert.deepEqual(await findJava({ PATH: join(home, 'bin') }), { kind: 'found', path: 'java' })
})

test('JAVA_HOME is preferred to the PATH', async t => {
  const home = fakeJava(t, '21.0.2')
  const found = await findJava({ PATH: join(fakeJava(t, '11.0.1'), 'bin'), JAVA_HOME: home })
  assert.deepEqual(found, { kind: 'found', path: join(home, 'bin', 'java') })
})

test('a Java that is too old is refused with its version', async t => {
  const found = await findJava({ PATH: join(fakeJava(t, '11.0.1'), 'bin') })
  assert.equal(found.kind, 'missing')
  assert.match(found.kind === 'missing' ? found.why : '', /java on the PATH is version 11, Kafka needs 17/)
})

test('no Java on the PATH is said', async () => {
  const found = await findJava({ PATH: '/nowhere' })
  assert.match(found.kind === 'missing' ? found.why : '', /looked for java on the PATH, but there is no such/)
})

test('a JAVA_HOME without Java is named', async () => {
  const found = await findJava({ PATH: '/nowhere', JAVA_HOME: '/nowhere/jdk' })
  assert.match(found.kind === 'missing' ? found.why : '', /\/nowhere\/jdk\/bin\/java \(from JAVA_HOME\)/)
})

/** A home of a Java that only knows its version; removed after the test. */
function fakeJava(t: TestContext, version: string): string {
  const home = mkdtempSync(join(tmpdir(), 'podpipe-java-'))
  t.after(() => rmSync(home, { recursive: true }))
  mkdirSync(join(home, 'bin'))
  const program = join(home, 'bin', 'java')
  writeFileSync(program, `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`)
  chmodSync(program, 0o755)
  return home
}
