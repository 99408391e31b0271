// The archive for machines without a registry: made by one command, checked, loaded back, started.

import { equal, match } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { docker, noEngine } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { version }: { version: string } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

test('the archive is what its sum says, and what is loaded from it starts', {
  skip: noEngine ?? false,
}, async t => {
  const said = execFileSync('deploy/image.sh', ['--tgz'], { cwd: root, encoding: 'utf8' })
  for (const line of said.trim().split('\n')) t.diagnostic(line)
  const archive = `podpipe-${version}.tgz`
  execFileSync('sha256sum', ['--check', '--quiet', `${archive}.sha256`], { cwd: `${root}/dist` })
  await docker(['image', 'rm', '--force', `podpipe:${version}`, 'podpipe:latest'])
  match(await docker(['load', '--input', `dist/${archive}`]), new RegExp(`podpipe:${version}`))
  equal(
    (await docker(['run', '--rm', '--network', 'none', `podpipe:${version}`, '--version'])).trim(),
    version,
  )
  const label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
  equal((await docker(['image', 'inspect', '--format', label, `podpipe:${version}`])).trim(), version)
})
