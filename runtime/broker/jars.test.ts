import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLog } from '../log.ts'
import { findInstallation } from './installation.ts'
import { fetchJars, jarsFolder, presentJars } from './jars.ts'

test('the cache folder names the version and changes with the pom', () => {
  assert.match(basename(jarsFolder({ PODPIPE_CACHE: '/cache' })), /^kafka-4\.3\.1-[0-9a-f]{8}$/)
})

test('the jars of KAFKA_HOME are used as they are', t => {
  const home = aFolder(t)
  const libs = withBroker(join(home, 'libs'))
  assert.equal(presentJars({ KAFKA_HOME: home }), libs)
})

test('a KAFKA_HOME without a broker is refused, naming the folder', t => {
  const home = aFolder(t)
  const expected = { name: 'ConfigurationError', message: new RegExp(`${home}/libs holds no kafka_2\\.13`) }
  assert.throws(() => presentJars({ KAFKA_HOME: home }), expected)
})

test('a filled cache is used', t => {
  const env = { PODPIPE_CACHE: aFolder(t) }
  assert.equal(presentJars(env), undefined)
  const folder = withBroker(jarsFolder(env))
  assert.equal(presentJars(env), folder)
})

test('jars with other bytes than those of the list are refused, and nothing is kept', async t => {
  const bin = aFolder(t)
  const maven = `#!/bin/sh
for word; do case $word in -DoutputDirectory=*) folder=\${word#*=} ;; esac; done
mkdir -p "$folder" && echo other > "$folder/kafka_2.13-4.3.1.jar"
`
  writeFileSync(join(bin, 'mvn'), maven, { mode: 0o755 })
  const env = { PATH: `${bin}:${process.env.PATH}`, PODPIPE_CACHE: aFolder(t) }
  await assert.rejects(fetchJars(env, createLog('test', 'silent')), {
    name: 'ConfigurationError',
    message: /is not the broker that podpipe was tested with.* is missing; .*repository that Maven asks/,
  })
  assert.deepEqual(readdirSync(env.PODPIPE_CACHE), [])
})

test('without Java and Maven one message names both and the three ways out', async t => {
  const env = { PATH: '/nowhere', PODPIPE_CACHE: aFolder(t) }
  await assert.rejects(findInstallation(env, createLog('test', 'silent')), (error: Error) => {
    assert.equal(error.name, 'ConfigurationError')
    const parts = [
      'Java is missing',
      'Maven is',
      'apt-get install',
      'docker compose up -d kafka',
      'kafka.brokers',
    ]
    for (const part of [...parts, 'kafka: {brokers: ["host:port"]}']) {
      assert.ok(error.message.includes(part), `"${part}" is missing in: ${error.message}`)
    }
    return true
  })
})

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'podpipe-jars-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function withBroker(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'kafka_2.13-4.3.1.jar'), '')
  return folder
}
