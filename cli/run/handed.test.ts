import { deepEqual, equal, match } from 'node:assert/strict'
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

test('a service that nobody hands anything says so', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'run', 'dedup', '--handed'], {
    encoding: 'utf8',
  })
  equal(status, 78)
  match(stderr, /^podpipe: --handed is for services that podpipe run all starts, .*Leave it out\.\n$/)
})

test('a service whose parent dies before it has handed anything ends', async () => {
  const child = fork(program, ['run', 'dedup', '--handed'], { stdio: 'ignore' })
  child.disconnect()
  deepEqual(await once(child, 'exit'), [1, null])
})
