import { equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { isPasswordOf } from '@podpipe/console/access/password.ts'

const run = (input: string) =>
  spawnSync(process.execPath, [new URL('../main.ts', import.meta.url).pathname, 'console', 'hash-password'], {
    input,
    encoding: 'utf8',
  })

test('a password from another program becomes a hash of it, and nothing else is said', async () => {
  const { status, stdout, stderr } = run('correct horse battery\nsecond line')
  equal(status, 0)
  equal(stderr, '')
  equal(await isPasswordOf('correct horse battery', stdout.trim()), true)
})

test('a short password is refused and not shown', () => {
  const { status, stdout, stderr } = run('hunter22\n')
  equal(status, 78)
  equal(stdout, '')
  match(stderr, /has 8 characters.*take 10 at least/)
  equal(stderr.includes('hunter22'), false)
})
