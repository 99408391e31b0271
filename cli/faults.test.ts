// A configuration that is bad, asked for by each command in the form for machines: every fault on standard output.

import { deepEqual, equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createFolder, createPems, vendorFile } from '@podpipe/runtime/config/fixture.ts'

const pems = await createPems()
const program = fileURLToPath(new URL('podpipe.js', import.meta.url))
const hour = ['--from', '-2h', '--to', '-1h']

for (const args of [
  ['run', 'dedup'],
  ['validate'],
  ['config', 'show'],
  ['status'],
  ['find', 'an-id'],
  ['topics', 'plan'],
  ['positions', 'ls'],
  ['audit'],
  // Here --output has another meaning.
  ['replay', '--output', 'devo_1', ...hour],
  ['replay', '--through', 'dedup', ...hour],
  ['replay', 'ls'],
]) {
  test(`podpipe ${args.join(' ')} -o json prints the faults of a configuration as JSON`, async t => {
    const file = createFolder(t, pems, vendorFile.replace('debug: false', 'debg: 7').replace('443', 'x'))
    const { out, err, code } = await run([...args, '--config', file, '-o', 'json'])
    deepEqual([err, code], ['', 78])
    const { faults } = JSON.parse(out)
    deepEqual(
      faults.map(({ line, key }: { line: number; key: string }) => [line, key]),
      [
        [2, 'globals.debg'],
        [14, 'outputs.devo_1.config.port'],
      ],
    )
  })
}

test('podpipe replay --json is the same, and an output called json is none', async t => {
  const file = createFolder(t, pems, vendorFile.replace('443', 'x'))
  const { out } = await run(['replay', '--json', ...hour, '--output', 'devo_1', '--config', file])
  equal(JSON.parse(out).faults.length, 1)
  const named = await run(['replay', ...hour, '--output', 'json', '--config', file])
  deepEqual([named.out, named.code], ['', 78])
})

function run(args: readonly string[]): Promise<{ out: string; err: string; code: number }> {
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], (error, out, err) =>
      resolve({ out, err, code: Number(error?.code ?? 0) }),
    )
  })
}
