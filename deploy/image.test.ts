// The Dockerfile held against the code that it is made of: what it copies, names and runs.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const dockerfile = read('deploy/Dockerfile')
const stages = dockerfile.split(/^(?=FROM )/m).slice(1)
const last = stages.at(-1) ?? ''
const packageOf = (path: string): { name: string; version: string; dependencies?: Record<string, string> } =>
  JSON.parse(read(path === '' ? 'package.json' : `${path}/package.json`))

/** The workspaces that the command line needs, by what each depends on. */
function needed(): string[] {
  const folders: string[] = JSON.parse(read('package.json')).workspaces
  const byName = new Map(folders.map(folder => [packageOf(folder).name, folder]))
  const found = new Set<string>()
  const visit = (folder: string): void => {
    if (found.has(folder)) return
    found.add(folder)
    for (const name of Object.keys(packageOf(folder).dependencies ?? {})) {
      const next = byName.get(name)
      if (next !== undefined) visit(next)
    }
  }
  visit('cli')
  return [...found].sort()
}

test('every workspace that the command line needs is in the image, and no other', () => {
  const manifests = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json /gm)].map(([, folder]) => folder)
  deepEqual(manifests.sort(), needed())
  const sources = [...last.matchAll(/^COPY (\S+) \1$/gm)].map(([, folder]) => folder)
  deepEqual(sources.sort(), [...new Set(needed().map(folder => folder.split('/')[0]))].sort())
})

test('what is copied is there, and is let into the build', () => {
  const allowed = read('.dockerignore')
    .split('\n')
    .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []))
  for (const [, from = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const path of from.split(' ')) {
      ok(existsSync(new URL(`../${path}`, import.meta.url)), `${path} is not there`)
      ok(
        allowed.some(each => path === each || path.startsWith(`${each}/`)),
        `.dockerignore keeps ${path} out`,
      )
    }
  }
  for (const path of allowed) ok(existsSync(new URL(`../${path}`, import.meta.url)), `${path} is not there`)
})

test('it runs as nobody special, needs no shell, and does what the vendor does', () => {
  match(last, /^USER node$/m)
  for (const [word, instruction = ''] of last.matchAll(/^(?:ENTRYPOINT|CMD|HEALTHCHECK.* CMD) (.*)$/gm)) {
    ok(Array.isArray(JSON.parse(instruction)), word)
  }
  match(last, /^ENTRYPOINT \["podpipe"\]\nCMD \["run", "all"\]$/m)
  for (const folder of ['certs', 'config', 'credentials', 'state'])
    match(last, new RegExp(`/devo-collector/${folder}`))
})

test('its version is that of the project, and its Node and Kafka are those that tests run on', () => {
  equal(/^ARG VERSION=(.*)$/m.exec(last)?.[1], packageOf('').version)
  const bases = new Set(stages.map(stage => /^FROM (\S+)/.exec(stage)?.[1]))
  const made = read('deploy/ci/base-images.sh')
  for (const base of bases) match(made, new RegExp(`=${base}$`, 'm'))
  const kafka = /^kafka=(apache\/kafka:([\d.]+))$/m.exec(made)
  const [, image = '', version = ''] = kafka ?? []
  match(
    read('deploy/kafka/pom.xml'),
    new RegExp(`<artifactId>kafka_2.13</artifactId>\\s*<version>${version}<`),
  )
  match(read('docker-compose.yml'), new RegExp(`image: ${image}$`, 'm'))
  match(read('tests/kit/brokers/kafka-container.ts'), new RegExp(`'${image}'`))
  match(read('cli/podpipe.js'), /^const needed = 24$/m)
})
