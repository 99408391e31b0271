import { equal, match } from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createFolder, createPems } from '@podpipe/runtime/config/fixture.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { leftStateWarning } from './left-state.ts'

const pems = await createPems()
const state = hash('md5', 'proofpoint_on_demand;12345;message;predefined')

for (const [name, files, folders, expected] of [
  [
    'a state that was left',
    [state],
    [],
    new RegExp(`vendor's collector had got \\(${state}\\).*podpipe migrate`),
  ],
  ['nothing', [], [], undefined],
  ['files of others', ['lost+found', 'f5f3545edb983bdbcb8c86b4abad92a9'], [], undefined],
  ['a folder that podpipe has used before', [state], ['kafka'], undefined],
] as const) {
  test(`at the first start ${name} is ${expected ? '' : 'not '}spoken of`, t => {
    const file = createFolder(t, pems)
    const config = readConfig(file, {})
    mkdirSync(config.stateDirectory)
    for (const each of files) writeFileSync(join(config.stateDirectory, each), '')
    for (const each of folders) mkdirSync(join(config.stateDirectory, each))
    const warning = leftStateWarning(config)
    if (expected === undefined) equal(warning, undefined)
    else match(warning ?? '', expected)
    equal(leftStateWarning({ ...config, kafka: { ...config.kafka, brokers: ['kafka:9092'] } }), undefined)
  })
}
