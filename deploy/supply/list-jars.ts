// Writes deploy/kafka/jars.json: every jar that deploy/kafka/pom.xml leads to, with its SHA-256 and its licences. Needs Maven.
//
//   npm run jars        after each change of the pom

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Jar } from '@podpipe/runtime/broker/jar-list.ts'
import { compare } from './lock.ts'

const plugin = 'org.cyclonedx:cyclonedx-maven-plugin:2.9.1:makeBom'
const pom = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url))
const list = fileURLToPath(new URL('../kafka/jars.json', import.meta.url))

interface Component {
  readonly group: string
  readonly name: string
  readonly version: string
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses?: readonly { readonly license: { readonly id?: string; readonly name?: string } }[]
}

/** Licences that a jar's pom names in words of its own, as SPDX names them. */
const spoken: Readonly<Record<string, string>> = { 'Go License': 'BSD-3-Clause' }

const folder = mkdtempSync(join(tmpdir(), 'podpipe-jars-'))
try {
  const scopes = ['Test', 'Provided', 'System'].map(scope => `-Dinclude${scope}Scope=false`)
  const output = ['-DoutputFormat=json', '-DoutputName=jars', `-DoutputDirectory=${folder}`]
  execFileSync('mvn', ['-B', '-q', '-f', pom, plugin, ...scopes, ...output], { stdio: 'inherit' })
  const { components }: { components: Component[] } = JSON.parse(
    readFileSync(join(folder, 'jars.json'), 'utf8'),
  )
  const jars = components.map(
    ({ group, name, version, hashes, licenses = [] }): Jar => ({
      group,
      name,
      version,
      sha256: hashes.find(({ alg }) => alg === 'SHA-256')?.content ?? '',
      licences: licenses.map(({ license: { id, name: words = '' } }) => id ?? spoken[words] ?? words),
    }),
  )
  jars.sort((a, b) => compare(`${a.group}:${a.name}`, `${b.group}:${b.name}`))
  writeFileSync(list, `[\n${jars.map(jar => `  ${JSON.stringify(jar)}`).join(',\n')}\n]\n`)
  process.stdout.write(`deploy/kafka/jars.json written, ${jars.length} jars\n`)
} finally {
  rmSync(folder, { recursive: true })
}
