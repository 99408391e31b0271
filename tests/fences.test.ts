// The import fences: the linter itself is asked about a file that breaks them.

import { equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testDirectory } from './kit/directory.ts'

const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))
const { vcs: _, ...rules } = JSON.parse(readFileSync(new URL('../biome.json', import.meta.url), 'utf8'))

// A tree of its own with our rules, so that the file that breaks them never stands in the project.
function lint(t: TestContext, file: string, source: string): { status: number | null; output: string } {
  const root = testDirectory(t)
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(join(root, 'biome.json'), JSON.stringify(rules))
  writeFileSync(path, `${source}\n`)
  const { status, stdout, stderr } = spawnSync(biome, ['lint', '--error-on-warnings', file], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

for (const [name, file, module] of [
  ['a service may not import another', 'services/ingest/x.ts', '@podpipe/dedup/decide.ts'],
  ['nor by a relative path', 'services/dedup/x.ts', '../forwarder/wire.ts'],
  ['nor the simulators', 'services/forwarder/x.ts', '@podpipe/simulators/devo/devo.ts'],
  ['nor kafkajs', 'services/dedup/x.ts', 'kafkajs'],
  ['nor its insides', 'services/dedup/x.ts', 'kafkajs/src/cluster'],
  ['the console may not import a service', 'services/console/x.ts', '@podpipe/ingest/main.ts'],
  ['nor a service the console', 'services/ingest/x.ts', '@podpipe/console/main.ts'],
  ['runtime outside of its kafka folder may not import kafkajs', 'runtime/consume/x.ts', 'kafkajs'],
  ['nor a service', 'runtime/x.ts', '@podpipe/ingest/main.ts'],
  ['schemas import neither', 'schemas/x.ts', '@podpipe/runtime/log.ts'],
  ['operations know no command line', 'operations/lag/x.ts', '@podpipe/cli/confirm.ts'],
  ['nor by a relative path', 'operations/lag/x.ts', '../../cli/confirm.ts'],
  ['nor what reads one', 'operations/x.ts', 'commander'],
  ['nor the process', 'operations/x.ts', 'node:process'],
  ['a service may not import operations', 'services/forwarder/x.ts', '@podpipe/operations/times.ts'],
  ['the simulators import nothing of podpipe', 'simulators/x.ts', '@podpipe/schemas/records.ts'],
] as const) {
  test(name, t => {
    const { status, output } = lint(t, file, `export * from '${module}'`)
    equal(status, 1, output)
    match(output, /noRestrictedImports/)
  })
}

for (const [name, file, module] of [
  ['a service may import the schemas', 'services/ingest/x.ts', '@podpipe/schemas/records.ts'],
  ['and the runtime', 'services/ingest/x.ts', '@podpipe/runtime/log.ts'],
  ['and its own files', 'services/ingest/x.ts', './address.ts'],
  ['operations may import services', 'operations/x.ts', '@podpipe/dedup/places.ts'],
  ['the console may import operations', 'services/console/x.ts', '@podpipe/operations/picture/picture.ts'],
  ['runtime/kafka may import kafkajs', 'runtime/kafka/x.ts', 'kafkajs'],
] as const) {
  test(name, t => {
    const { status, output } = lint(t, file, `export * from '${module}'`)
    equal(status, 0, output)
  })
}

for (const source of ["process.stdout.write('x')", "console.log('x')"]) {
  test(`operations print nothing: ${source}`, t => {
    const { status, output } = lint(t, 'operations/x.ts', source)
    equal(status, 1, output)
    match(output, /noRestrictedGlobals/)
  })
}
