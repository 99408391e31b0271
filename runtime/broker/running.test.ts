import { equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLog } from '../log.ts'
import { lockDirectory } from './lock.ts'
import { serverProperties } from './properties.ts'
import { runningBroker } from './running.ts'

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'podpipe-running-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

const writeProperties = (directory: string): void =>
  writeFileSync(
    join(directory, 'server.properties'),
    serverProperties({ port: 20_001, controllerPort: 20_002 }),
  )

test('a directory that nobody owns has no running broker, whatever its last run has left', t => {
  const directory = folder(t)
  equal(runningBroker(directory), undefined)
  equal(runningBroker(join(directory, 'missing')), undefined)
  writeProperties(directory)
  equal(runningBroker(directory), undefined)
})

test('the broker of a live owner is found by its properties', async t => {
  const directory = folder(t)
  const lock = await lockDirectory(directory, createLog('test', 'silent'))
  throws(() => runningBroker(directory), /only just starting/)
  writeProperties(directory)
  equal(runningBroker(directory), '127.0.0.1:20001')
  lock.release()
  equal(runningBroker(directory), undefined)
})
