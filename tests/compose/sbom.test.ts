// The bill of materials held against what is really in the image: every package, and every jar by its bytes.

import { deepEqual, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { docker, noEngine } from './engine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { version }: { version: string } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

/** Run in the container: the name and version of every package.json below a node_modules, and the sum of every jar. */
const look = `
const { createHash } = require('node:crypto')
const { readdirSync, readFileSync } = require('node:fs')
const packages = new Set()
const visit = folder => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder + '/' + entry.name
    if (!entry.isDirectory() || entry.name === '.bin') continue
    if (entry.name.startsWith('@')) visit(path)
    else {
      const { name, version } = JSON.parse(readFileSync(path + '/package.json', 'utf8'))
      packages.add(name + '@' + version)
      try { visit(path + '/node_modules') } catch {}
    }
  }
}
visit('/opt/podpipe/node_modules')
for (const root of ['/opt/podpipe', '/opt/podpipe/services']) {
  for (const { name } of readdirSync(root, { withFileTypes: true })) {
    if (name !== 'node_modules') try { visit(root + '/' + name + '/node_modules') } catch {}
  }
}
const libs = '/opt/kafka/libs/'
const jars = readdirSync(libs).map(name => createHash('sha256').update(readFileSync(libs + name)).digest('hex'))
console.log(JSON.stringify({ packages: [...packages].sort(), jars: jars.sort() }))
`

interface Component {
  readonly name: string
  readonly version: string
  readonly scope: string
  readonly purl: string
  readonly hashes: readonly { readonly content: string }[]
}

test('the bill names every package and every jar of the image, and nothing that has to be there is missing', {
  skip: noEngine ?? false,
  timeout: 15 * 60_000,
}, async t => {
  execFileSync('deploy/image.sh', { cwd: root })
  execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root })
  const { components }: { components: Component[] } = JSON.parse(
    readFileSync(`${root}/dist/podpipe-${version}.cdx.json`, 'utf8'),
  )
  const inImage: { packages: string[]; jars: string[] } = JSON.parse(
    await docker([
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'node',
      `podpipe:${version}`,
      '-e',
      look,
    ]),
  )
  const ofNpm = components.filter(({ purl }) => purl.startsWith('pkg:npm/'))
  const named = new Map(ofNpm.map(({ name, version: release, scope }) => [`${name}@${release}`, scope]))
  deepEqual(
    inImage.packages.filter(each => !named.has(each)),
    [],
    'in the image, and not in the bill',
  )
  const present = new Set(inImage.packages)
  deepEqual(
    [...named].filter(([each, scope]) => scope === 'required' && !present.has(each)),
    [],
    'in the bill, and not in the image',
  )
  // Of the packages for one platform each, that of this one.
  ok([...named].some(([each, scope]) => scope === 'optional' && present.has(each)))
  const jars = components.filter(({ purl }) => purl.startsWith('pkg:maven/'))
  deepEqual(inImage.jars, jars.flatMap(({ hashes }) => hashes.map(({ content }) => content)).sort())
  t.diagnostic(`${inImage.packages.length} packages, ${inImage.jars.length} jars`)
})
