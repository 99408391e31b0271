// What podpipe takes from others: whole, as it was, by licences that allow it, and each argued for.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readJars } from '@podpipe/runtime/broker/jar-list.ts'
import { Ajv, type AnySchema } from 'ajv'
import { permissive } from './licences.ts'
import { type Lock, nameAt, neededBy, placeOf, readLock } from './lock.ts'
import { bomOf } from './sbom.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const lock = readLock()
const packages = neededBy(lock, 'cli')
const jars = readJars()
const bom = bomOf('1.2.3', packages, jars)
const manifest: { workspaces: string[]; devDependencies: Record<string, string> } = JSON.parse(
  read('package.json'),
)

test('every entry of the lock file has its hash; workspaces and the links to them need none', () => {
  const others = Object.entries(lock).filter(([place, { link }]) => place.includes('node_modules/') && !link)
  ok(others.length > 200)
  for (const [place, { integrity = '' }] of others) ok(/^sha512-.{86}==$/.test(integrity), place)
  const ours = Object.keys(lock).filter(place => !place.includes('node_modules/'))
  deepEqual(ours.sort(), ['', ...manifest.workspaces].sort())
})

test('nothing runs at its installation, and nothing needs to', () => {
  ok(read('.npmrc').split('\n').includes('ignore-scripts=true'))
  // ssh2 and cpu-features would build faster ciphers for engines reached over SSH, protobufjs only prints. All come with
  // testcontainers.
  const scripts = Object.entries(lock).flatMap(([place, { hasInstallScript }]) =>
    hasInstallScript ? [nameAt(place)] : [],
  )
  deepEqual(scripts.sort(), ['cpu-features', 'protobufjs', 'ssh2'])
})

test('the bill is one by the schema of CycloneDX', () => {
  const manifestPath = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')
  const schema = (name: string): AnySchema =>
    JSON.parse(
      readFileSync(join(dirname(manifestPath), 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'),
    )
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  const isGood = ajv.compile(schema('bom-1.6'))
  equal(isGood(bom), true, JSON.stringify(isGood.errors?.slice(0, 3)))
  equal(
    isGood({ ...bom, components: [{ ...bom.components[0], licenses: [{ license: { id: 'X' } }] }] }),
    false,
  )
})

test('the bill has what is needed to run, once, with its hash and its parents', () => {
  const refs = bom.components.map(component => component['bom-ref'])
  equal(new Set(refs).size, refs.length)
  for (const name of ['selfsigned', 'kafkajs', 'kafka_2.13', 'pkijs'])
    ok(bom.components.find(component => component.name === name)?.scope === 'required', name)
  equal(
    bom.components.find(({ name }) => name === 'testcontainers'),
    undefined,
  )
  const reachable = new Set(bom.dependencies.flatMap(({ dependsOn }) => dependsOn))
  deepEqual(
    refs.filter(ref => !reachable.has(ref)),
    [],
  )
  for (const { name, hashes } of bom.components)
    ok(/^([0-9a-f]{64}|[0-9a-f]{128})$/.test(hashes[0]?.content ?? ''), name)
})

test('every licence is a permissive one', () => {
  for (const { name, licence } of packages) ok(permissive.includes(licence), `${name}: ${licence}`)
  for (const { name, licences } of jars)
    ok(licences.length > 0 && licences.every(each => permissive.includes(each)), `${name}: ${licences}`)
})

test('every package that is named somewhere is argued in ADR 6, at its place, and nothing else is', () => {
  const argued = [...read('docs/adr/0006-dependencies.md').matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(','))
    .map(name => name.trim().split(' ')[0] ?? '')
    .filter(name => name !== 'package' && !name.startsWith('-'))
  const named = ['.', ...manifest.workspaces].flatMap(folder => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(`${folder}/package.json`))
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  })
  const others = new Set(named.filter(name => !name.startsWith('@podpipe/')))
  deepEqual([...argued].sort(), [...others].sort())
})

test('versions are exact', () => {
  for (const folder of ['.', ...manifest.workspaces]) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(`${folder}/package.json`))
    // The types of Node are those of its line, whose releases differ little.
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    }))
      ok(name === '@types/node' || /^\d+\.\d+\.\d+$/.test(String(version)), `${folder}: ${name} ${version}`)
  }
})

const small: Lock = {
  app: { dependencies: { a: '1', lib: '0' }, optionalDependencies: { o: '1' } },
  lib: { dependencies: { b: '1' } },
  'node_modules/lib': { link: true, resolved: 'lib' },
  'node_modules/a': { version: '1.0.0', dependencies: { b: '2' } },
  'node_modules/a/node_modules/b': { version: '2.0.0' },
  'node_modules/b': { version: '1.0.0' },
  'node_modules/o': { version: '1.0.0', dependencies: { p: '1', b: '1' } },
  'node_modules/p': { version: '1.0.0' },
  'node_modules/unneeded': { version: '1.0.0' },
}

test('a package finds its own copy first, then that of the folder above', () => {
  equal(placeOf(small, 'node_modules/a', 'b'), 'node_modules/a/node_modules/b')
  equal(placeOf(small, 'node_modules/o', 'b'), 'node_modules/b')
  equal(placeOf(small, 'app', 'lib'), 'lib')
  equal(placeOf(small, 'app', 'nothing'), undefined)
})

test('what a workspace needs is walked through other workspaces; what only an optional one needs is optional', () => {
  deepEqual(
    neededBy(small, 'app').map(({ name, version, optional, direct }) => [name, version, optional, direct]),
    [
      ['a', '1.0.0', false, true],
      ['b', '1.0.0', false, true],
      ['b', '2.0.0', false, false],
      ['o', '1.0.0', true, true],
      ['p', '1.0.0', true, false],
    ],
  )
})
