import { equal, match } from 'node:assert/strict'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { awaitEngine } from './awaited-engine.ts'
import { testDirectory } from './directory.ts'

test('where no engine is awaited nothing is waited for or told', async () => {
  const env: NodeJS.ProcessEnv = {}
  equal(await awaitEngine(env), undefined)
  equal(env.NO_ENGINE, undefined)
})

test('an engine that is ready is waited for, and what was said while it was made is told', async t => {
  const { env, write } = anOutcome(t)
  const told = awaitEngine(env)
  write('ready\nimage: podpipe:0.1.0, 400 MB\n')
  match(
    (await told) ?? '',
    /^image: podpipe:0\.1\.0, 400 MB\n=== The engine is ready; it was waited for \d+ s\.$/,
  )
  equal(env.NO_ENGINE, undefined)
})

test('why there is none is told, and to all that is started from here', async t => {
  const { env, write } = anOutcome(t)
  write('no engine or no image within 300 s\nthe disk is full\n')
  match((await awaitEngine(env)) ?? '', /^the disk is full\n=== NO CONTAINER ENGINE.+within 300 s/)
  equal(env.NO_ENGINE, 'no engine or no image within 300 s')
})

function anOutcome(t: TestContext) {
  const directory = testDirectory(t)
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'outcome')
  const write = (text: string): void => {
    writeFileSync(`${file}.part`, text)
    renameSync(`${file}.part`, file)
  }
  return { env: { ENGINE_OUTCOME: file } as NodeJS.ProcessEnv, write }
}
